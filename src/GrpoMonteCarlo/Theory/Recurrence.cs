namespace GrpoMonteCarlo.Theory;

/// <summary>
/// L_n = alpha L_ref + (1-alpha) L_{n-1} + Omega(p_{n-1}) / beta, the dynamics of the success probability in logits (theory.md
/// section 3): alpha = 1 anchors the KL at the reference policy, 0 at the previous one (mirror descent), values between at both.
/// </summary>
public sealed class Recurrence
{
    /// <param name="omega">Omega of the advantage rule, of a population or of a finite group.</param>
    /// <param name="alpha">Weight of the reference policy in the KL anchor, in [0, 1].</param>
    /// <param name="reference">p_ref, the reference policy's success probability.</param>
    /// <param name="beta">KL strength, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">alpha is not in [0, 1], or beta is not positive.</exception>
    public Recurrence(Omega omega, double alpha, SuccessProbability reference, double beta)
    {
        ArgumentNullException.ThrowIfNull(omega);
        if (!(alpha >= 0 && alpha <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "alpha lies in [0, 1].");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        Omega = omega;
        Alpha = alpha;
        Reference = reference;
        Beta = beta;
    }

    /// <summary>Omega, which is all that tells advantage rules and group sizes apart.</summary>
    public Omega Omega { get; }

    /// <summary>Weight of the reference policy in the KL anchor.</summary>
    public double Alpha { get; }

    /// <summary>p_ref.</summary>
    public SuccessProbability Reference { get; }

    /// <summary>KL strength.</summary>
    public double Beta { get; }

    /// <summary>The next success probability. Once it is 0 or 1 exactly it stays.</summary>
    public SuccessProbability Next(SuccessProbability p) => Next(p, p);

    /// <summary>dL_n / dL_{n-1}; at a fixed point the same as h'(p*).</summary>
    public double DerivativeAt(SuccessProbability p) => 1 - Alpha + (Omega.LogitDerivativeAt(p) / Beta);

    /// <summary>d^2 L_n / dL_{n-1}^2.</summary>
    public double SecondDerivativeAt(SuccessProbability p) => Omega.SecondLogitDerivativeAt(p) / Beta;

    /// <summary>
    /// B(p*): the fixed point p* is locally stable for beta above it (theory.md section 3). With both anchors the derivative must
    /// stay between -1 and 1, that is alpha &gt; Omega'/beta &gt; alpha - 2 in logits.
    /// </summary>
    public double StabilityBoundAt(SuccessProbability p)
    {
        double slope = Omega.LogitDerivativeAt(p);
        return slope > 0 ? slope / Alpha : Math.Abs(slope) / (2 - Alpha); // not -slope: without one the bound is 0, not -0
    }

    /// <summary>
    /// p_0 = start and the next n success probabilities, n+1 values; also where rollouts are late or the reference policy moves:
    /// L_n = alpha L_ref + (1-alpha) L_{n-1} + Omega(p_{max(0, n-1-lag)}) / beta, and L_ref becomes L_n after every stage.
    /// </summary>
    /// <param name="start">p_0.</param>
    /// <param name="n">Iterations, at least 0.</param>
    /// <param name="lag">By how many iterations the policy that draws the rollouts is older than the one updated, at least 0.</param>
    /// <param name="stageLength">Iterations in a stage; 0 for a single one.</param>
    public SuccessProbability[] Iterate(SuccessProbability start, int n, int lag = 0, int stageLength = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lag);
        ArgumentOutOfRangeException.ThrowIfNegative(stageLength);
        Recurrence stage = this;
        var iterates = new SuccessProbability[n + 1];
        iterates[0] = start;
        for (int i = 1; i <= n; i++)
        {
            iterates[i] = stage.Next(iterates[i - 1], iterates[Math.Max(0, i - 1 - lag)]);
            if (stageLength > 0 && i % stageLength == 0)
            {
                stage = new Recurrence(Omega, Alpha, iterates[i], Beta);
            }
        }

        return iterates;
    }

    /// <summary>
    /// Whether small deviations from a fixed point die out where rollouts are late: whether all roots of
    /// z^(lag+1) = (1-alpha) z^lag + Omega'/beta, Omega' by the logit, lie within the unit circle (the Schur-Cohn test). Without a lag
    /// the same as |h'(p*)| &lt; 1.
    /// </summary>
    /// <param name="p">A fixed point.</param>
    /// <param name="lag">As in <see cref="Iterate(SuccessProbability, int, int, int)"/>.</param>
    public bool IsStableAt(SuccessProbability p, int lag)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lag);
        var polynomial = new double[lag + 2]; // coefficients of 1, z, z^2, ...; the last is 1
        polynomial[^1] = 1;
        polynomial[^2] = -(1 - Alpha);
        polynomial[0] -= Omega.LogitDerivativeAt(p) / Beta;
        for (int degree = lag + 1; degree > 0; degree--)
        {
            // With |k| < 1 the polynomial has as many roots outside as (P(z) - k z^degree P(1/z)) / z, of one degree less.
            double k = polynomial[0];
            if (!(Math.Abs(k) < 1))
            {
                return false;
            }

            double scale = 1 - (k * k);
            var reduced = new double[degree];
            for (int j = 0; j < degree; j++)
            {
                reduced[j] = (polynomial[j + 1] - (k * polynomial[degree - 1 - j])) / scale;
            }

            polynomial = reduced;
        }

        return true;
    }

    /// <summary>The next success probability where the rollouts were drawn by an earlier policy.</summary>
    internal SuccessProbability Next(SuccessProbability p, SuccessProbability sampled) => double.IsInfinity(p.Logit)
        ? p
        : SuccessProbability.FromLogit(AnchorLogit(Alpha, Reference.Logit, p.Logit) + (Omega.At(sampled) / Beta));

    /// <summary>The logit of the KL anchor: alpha L_ref + (1-alpha) L_{n-1}, exactly one of them at alpha 1 or 0.</summary>
    internal static double AnchorLogit(double alpha, double referenceLogit, double previousLogit) => alpha switch
    {
        1 => referenceLogit,
        0 => previousLogit,
        _ => (alpha * referenceLogit) + ((1 - alpha) * previousLogit),
    };
}
