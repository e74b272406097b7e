using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// One update of gradient ascent on two softmax logits: mu steps of size eta on the same rollouts, without clipping (theory.md section 5).
/// The rollouts enter by two numbers, the mean a of phi(K) over the groups and the share x of successes, both pooled over the M groups.
/// From the old policy p_0 each step is L += 2 eta (v a / v_0 - beta [(1-p) b_S - p b_F]), v = p(1-p), where
/// b_S is p l_S for the exact divergence, x l_S for k2, x (1 - p_ref/p) for k3, x p/p_0 l_S for the corrected k3, l_S = log(p/p_ref), and
/// b_F likewise of the failures. The mean field has a = E phi(K) and x = p_0; where its first step is 0 so are the others, so that mu does
/// not move the fixed points.
/// </summary>
internal sealed class GradientSteps
{
    private readonly Omega _omega;
    private readonly KlPenalty _penalty;
    private readonly SuccessProbability _reference;
    private readonly double _beta;
    private readonly double _step;
    private readonly int _steps;

    /// <param name="omega">Omega of the advantage rule, of a population or of a finite group.</param>
    /// <param name="penalty">The KL estimator in the loss, but k1, which has no fixed point.</param>
    /// <param name="reference">p_ref.</param>
    /// <param name="beta">KL strength, positive.</param>
    /// <param name="learningRate">eta, positive.</param>
    /// <param name="steps">mu, at least 1.</param>
    /// <exception cref="ArgumentException">The penalty is k1.</exception>
    public GradientSteps(Omega omega, KlPenalty penalty, SuccessProbability reference, double beta, double learningRate, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        _omega = omega;
        _penalty = penalty != KlPenalty.K1
            ? penalty
            : throw new ArgumentException("k1 in the loss does not regularise: there is no fixed point.", nameof(penalty));
        _reference = reference;
        _beta = beta;
        _step = 2 * learningRate;
        _steps = steps;
    }

    /// <summary>L after an update of the mean field, with its derivatives by L before it.</summary>
    public Jet MapAt(SuccessProbability p)
    {
        var logit = new Jet(p.Logit, 1, 0);
        var push = new Jet(_omega.At(p), _omega.LogitDerivativeAt(p), _omega.SecondLogitDerivativeAt(p));
        return Ascend(logit, push, logit.Sigmoid(), (-logit).Sigmoid());
    }

    /// <summary>
    /// How updates of M groups fluctuate about the mean field at p. To second order in the noise of (a, x), whose covariance follows from
    /// the moments of phi(K) and K: in a group Cov(phi(K), K/G) = (d E phi / dL) / G and Var(K/G) = v/G, so that phi is b K/G and something
    /// uncorrelated with K, b = (d E phi / dL) / v. Along these two directions the variance of L after the update is the sum of the squares
    /// of its derivatives, and the shift of its mean half the sum of the second derivatives, which is 0 at mu = 1.
    /// </summary>
    /// <param name="p">The success probability of the old policy.</param>
    /// <param name="groups">M, at least 1.</param>
    public StationaryFluctuations FluctuationsAt(SuccessProbability p, long groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        if (_omega is not FiniteGroupOmega omega)
        {
            throw new InvalidOperationException("A population does not fluctuate.");
        }

        int g = omega.GroupSize;
        double v = p.Variance;
        double push = omega.At(p);
        double slope = ((p.OneMinusP - p.P) * push) + omega.LogitDerivativeAt(p);
        double[] rest = [.. omega.Phi.Select((phi, k) => phi - (slope * k / g))];
        double restSpread = Math.Sqrt(new BinomialSpread([.. rest.Select(_ => 1.0)], rest).At(p.P, p.OneMinusP).Variance / groups);
        double shareSpread = Math.Sqrt(v / g / groups);

        var still = Jet.Constant(p.Logit);
        Jet shares = Ascend(still, new Jet(push, slope * shareSpread / v, 0), new Jet(p.P, shareSpread, 0), new Jet(p.OneMinusP, -shareSpread, 0));
        Jet others = Ascend(still, new Jet(push, restSpread / v, 0), Jet.Constant(p.P), Jet.Constant(p.OneMinusP));
        Jet map = MapAt(p);
        return new StationaryFluctuations(p, map.First, map.Second, (shares.First * shares.First) + (others.First * others.First))
        {
            StepShift = (shares.Second + others.Second) / 2,
            ShareLogitVariance = _steps == 1 || _penalty == KlPenalty.Exact ? 0 : 1 / (v * g * groups),
        };
    }

    // The push is a / v_0; the shares are x and 1-x.
    private Jet Ascend(Jet old, Jet push, Jet successes, Jet failures)
    {
        if (_penalty == KlPenalty.CorrectedK3)
        {
            // Times p/p_0 at each step.
            successes *= (-LogSigmoid(old)).Exp();
            failures *= (-LogSigmoid(-old)).Exp();
        }

        Jet logit = old;
        for (int i = 0; i < _steps; i++)
        {
            Jet p = logit.Sigmoid();
            Jet oneMinusP = (-logit).Sigmoid();
            Jet success = LogSigmoid(logit) - Jet.Constant(_reference.LogP);
            Jet failure = LogSigmoid(-logit) - Jet.Constant(_reference.LogOneMinusP);
            Jet pull = _penalty switch
            {
                KlPenalty.Exact => p * oneMinusP * (logit - Jet.Constant(_reference.Logit)),
                KlPenalty.K3 => (oneMinusP * successes * (Jet.Constant(1) - (-success).Exp())) - (p * failures * (Jet.Constant(1) - (-failure).Exp())),
                KlPenalty.CorrectedK3 => p * oneMinusP * ((successes * success) - (failures * failure)),
                _ => (oneMinusP * successes * success) - (p * failures * failure),
            };
            logit += _step * ((p * oneMinusP * push) - (_beta * pull));
        }

        return logit;
    }

    private static Jet LogSigmoid(Jet logit)
    {
        var p = SuccessProbability.FromLogit(logit.Value);
        return logit.Through(p.LogP, p.OneMinusP, -p.Variance);
    }
}
