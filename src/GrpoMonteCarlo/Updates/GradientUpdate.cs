using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Policies;

namespace GrpoMonteCarlo.Updates;

/// <summary>
/// mu steps of gradient ascent of a softmax policy on (1/(MG)) sum_i min(rho_i A_i, clip(rho_i, 1-c_low, 1+c_high) A_i) - beta KLhat,
/// rho = pi/pi_old (theory.md section 5). With v_o the derivative of the objective by log pi(o), the gradient by the logits is
/// v - pi sum(v), and v_o = rho_o (W+_o [rho_o &lt;= 1+c_high] + W-_o [rho_o &gt;= 1-c_low]) - beta b_o, where b_o is
/// pi_o log(pi/ref)_o for the exact KL, f_o for k1, f_o log(pi/ref)_o for k2, f_o (1 - (ref/pi)_o) for k3, f_o rho_o log(pi/ref)_o for
/// rho times k3 (d(rho k3) = rho (k3 + 1 - r) = -rho log r, r = ref/pi), and 0 for k1 in the reward. On a bound itself, where the
/// objective has two slopes, it is the one inside that counts, as in automatic differentiation: with c = 0 the first step still moves.
/// <para>
/// Limits, so that a saturated policy stays finite: a log-ratio is taken within +-50 before its exponential (rho and ref/pi lie between
/// e^-50 and e^50), and no log-probability falls below -10^6. Keeps scratch, so each worker has its own.
/// </para>
/// </summary>
internal sealed class GradientUpdate
{
    /// <summary>The greatest beta, of exact updates as well.</summary>
    public const double LargestBeta = 1e12;

    private const double LargestLogRatio = 50;

    private readonly GradientSettings _settings;
    private readonly double _beta;
    private readonly double[] _policy; // pi
    private readonly double[] _slope; // v

    /// <param name="settings">Steps, their size, clipping and the KL's estimator.</param>
    /// <param name="beta">KL strength, from 0 (no KL) to 1e12.</param>
    /// <param name="arms">Number of arms, at least 2.</param>
    /// <exception cref="ArgumentException">
    /// beta is out of range; fewer than 2 arms; or the KL of degenerate groups is to be masked where it is not sampled in the loss.
    /// </exception>
    public GradientUpdate(GradientSettings settings, double beta, int arms)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(arms, 2);
        if (!(beta is >= 0 and <= LargestBeta))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "beta must be 0 or positive, up to 1e12.");
        }

        if (settings.MaskDegenerateKl && settings.Kl is (KlEstimator.Exact or KlEstimator.K1InReward))
        {
            throw new ArgumentException(
                $"{nameof(GradientSettings.MaskDegenerateKl)} needs a KL that is sampled in the loss, not {settings.Kl}.",
                nameof(settings));
        }

        _settings = settings;
        _beta = beta;
        _policy = new double[arms];
        _slope = new double[arms];
    }

    /// <summary>Replaces the policy by the one after mu steps. Every span has an element for each arm, finite and at least -10^6.</summary>
    /// <param name="logPolicy">log pi, normalised; replaced.</param>
    /// <param name="logBehaviour">log pi_old of the policy that the rollouts were drawn from; not the same memory as the policy.</param>
    /// <param name="logReference">log pi_ref.</param>
    /// <param name="statistic">What the rollouts were.</param>
    public void Apply(
        Span<double> logPolicy, ReadOnlySpan<double> logBehaviour, ReadOnlySpan<double> logReference, GradientStatistic statistic)
    {
        for (int step = 0; step < _settings.Steps; step++)
        {
            double total = 0;
            Elementary.Exp(logPolicy, _policy);
            for (int o = 0; o < logPolicy.Length; o++)
            {
                double slope = AdvantageSlope(logPolicy[o] - logBehaviour[o], statistic.PositiveAdvantage[o], statistic.NegativeAdvantage[o])
                    - (_beta * KlSlope(o, logPolicy[o], logBehaviour[o], logReference[o], statistic.Share[o]));
                _slope[o] = slope;
                total += slope;
            }

            for (int o = 0; o < logPolicy.Length; o++)
            {
                logPolicy[o] += _settings.LearningRate * (_slope[o] - (_policy[o] * total));
            }

            Normalise(logPolicy);
        }
    }

    // Nearly all arms of a large policy were not drawn: they cost no exponential.
    private double AdvantageSlope(double logRatio, double positive, double negative)
    {
        if (positive == 0 && negative == 0)
        {
            return 0;
        }

        double ratio = Ratio(logRatio);
        return ratio * ((ratio <= 1 + _settings.ClipHigh ? positive : 0) + (ratio >= 1 - _settings.ClipLow ? negative : 0));
    }

    private double KlSlope(int arm, double logPolicy, double logBehaviour, double logReference, double share)
    {
        if (_settings.Kl == KlEstimator.Exact)
        {
            return _policy[arm] * (logPolicy - logReference);
        }

        return share == 0 ? 0 : _settings.Kl switch
        {
            KlEstimator.K1 => share,
            KlEstimator.K2 => share * (logPolicy - logReference),
            KlEstimator.K3 => share * (1 - Ratio(logReference - logPolicy)),
            KlEstimator.CorrectedK3 => share * (Ratio(logPolicy - logBehaviour) * (logPolicy - logReference)),
            _ => 0,
        };
    }

    private static double Ratio(double logRatio) => Elementary.Exp(Math.Max(-LargestLogRatio, Math.Min(LargestLogRatio, logRatio)));

    // Subtracts log sum_o e^theta_o, the largest first so that nothing overflows, the sum in the order of the arms.
    private void Normalise(Span<double> logits)
    {
        double largest = double.NegativeInfinity;
        foreach (double logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        for (int o = 0; o < logits.Length; o++)
        {
            _policy[o] = logits[o] - largest;
        }

        Elementary.Exp(_policy, _policy);
        double sum = 0;
        foreach (double weight in _policy)
        {
            sum += weight;
        }

        double logSum = Elementary.Log(sum);
        for (int o = 0; o < logits.Length; o++)
        {
            logits[o] = Math.Max(CategoricalPolicies.SmallestLogProbability, logits[o] - largest - logSum);
        }
    }
}
