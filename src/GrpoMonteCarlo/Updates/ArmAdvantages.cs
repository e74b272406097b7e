using System.Numerics;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Updates;

/// <summary>
/// A gradient update's statistic from counts of rollouts by the group's observed successes K and by arm, with
/// A(success) = (1-K/G) s(K) and A(failure) = -(K/G) s(K) (theory.md section 2), and what it is on average. Counts are whole numbers;
/// floating-point work begins here, for each arm in the order of K.
/// </summary>
internal sealed class ArmAdvantages
{
    private readonly double[] _success; // A(success) by K
    private readonly double[] _failure; // A(failure) by K
    private readonly bool _maskDegenerateKl;
    private readonly bool _countsShares;

    /// <param name="scale">s(0), ..., s(G) of the advantage rule. The ends are not used: a degenerate group has no advantage.</param>
    /// <param name="maskDegenerateKl">Whether the rollouts of degenerate groups are left out of the shares.</param>
    /// <param name="countsShares">Whether there is a KL that needs the shares at all; they stay 0 otherwise.</param>
    public ArmAdvantages(IReadOnlyList<double> scale, bool maskDegenerateKl, bool countsShares = true)
    {
        int g = scale.Count - 1;
        _success = new double[g + 1];
        _failure = new double[g + 1];
        for (int k = 1; k < g; k++)
        {
            _success[k] = (double)(g - k) / g * scale[k];
            _failure[k] = -((double)k / g * scale[k]);
        }

        _maskDegenerateKl = maskDegenerateKl;
        _countsShares = countsShares;
    }

    /// <summary>
    /// The statistic of M groups. Both counts are (G+1) x arms, rows by the group's K as observed; with a noisy verifier an arm may
    /// stand in both.
    /// </summary>
    /// <param name="successes">Rollouts observed to succeed.</param>
    /// <param name="failures">Rollouts observed to fail.</param>
    /// <param name="groups">M.</param>
    /// <param name="statistic">What is filled.</param>
    public void Fill(ReadOnlySpan<long> successes, ReadOnlySpan<long> failures, long groups, GradientStatistic statistic)
    {
        int arms = statistic.Arms;
        int g = _success.Length - 1;
        statistic.Clear();
        for (int k = 0; k <= g; k++)
        {
            bool degenerate = k == 0 || k == g;
            ReadOnlySpan<long> succeeded = successes.Slice(k * arms, arms);
            ReadOnlySpan<long> failed = failures.Slice(k * arms, arms);
            if (!degenerate)
            {
                AddScaled(succeeded, _success[k], statistic.PositiveAdvantage);
                AddScaled(failed, _failure[k], statistic.NegativeAdvantage);
            }

            if (_countsShares && !(degenerate && _maskDegenerateKl))
            {
                AddScaled(succeeded, 1, statistic.Share);
                AddScaled(failed, 1, statistic.Share);
            }
        }

        statistic.DivideBy((double)groups * g);
    }

    // sums[o] += counts[o] factor. Rounded twice in every lane, so that no width changes a bit.
    private static void AddScaled(ReadOnlySpan<long> counts, double factor, double[] sums)
    {
        if (!counts.ContainsAnyExcept(0))
        {
            return; // no group had this K
        }

        int o = 0;
        for (; o <= counts.Length - Vector<double>.Count; o += Vector<double>.Count)
        {
            Vector<double> term = Vector.ConvertToDouble(new Vector<long>(counts[o..])) * factor;
            (new Vector<double>(sums, o) + term).CopyTo(sums, o);
        }

        for (; o < counts.Length; o++)
        {
            sums[o] += counts[o] * factor;
        }
    }

    /// <summary>
    /// The statistic's expectation, which is also its limit for infinitely many groups: W+_o = pi_old(o) (1-p) Omega for a success,
    /// W-_o = -pi_old(o) p Omega for a failure, and f_o = pi_old(o), or where degenerate groups are masked pi_old(o) times the chance
    /// that the G-1 other rollouts of the group are not all like this one.
    /// </summary>
    /// <param name="logBehaviour">log pi_old of each arm.</param>
    /// <param name="success">Whether each arm is a success.</param>
    /// <param name="p">pi_old's success probability, as the verifier sees it.</param>
    /// <param name="oneMinusP">1-p, to full accuracy.</param>
    /// <param name="omega">Omega(p) of a population, or Omega_G(p); not negative, possibly infinite.</param>
    /// <param name="noise">How often the verifier errs.</param>
    /// <param name="maskedGroupSize">G where the KL of degenerate groups is masked, otherwise null.</param>
    /// <param name="statistic">What is filled.</param>
    public static void FillExpected(
        ReadOnlySpan<double> logBehaviour,
        ReadOnlySpan<bool> success,
        double p,
        double oneMinusP,
        double omega,
        VerifierNoise noise,
        int? maskedGroupSize,
        GradientStatistic statistic)
    {
        // A population's Omega may be infinite where the policy is saturated; the probabilities that it multiplies are 0 there.
        double finite = Math.Min(omega, double.MaxValue);
        double informativeSuccess = maskedGroupSize is { } size ? NotAll(p, oneMinusP, size - 1) : 1;
        double informativeFailure = maskedGroupSize is { } sameSize ? NotAll(oneMinusP, p, sameSize - 1) : 1;
        for (int o = 0; o < logBehaviour.Length; o++)
        {
            double probability = Elementary.Exp(logBehaviour[o]);
            double rewarded = success[o] ? 1 - noise.FalseNegative : noise.FalsePositive;
            double others = success[o] ? noise.FalseNegative : 1 - noise.FalsePositive;
            statistic.PositiveAdvantage[o] = probability * rewarded * (oneMinusP * finite);
            statistic.NegativeAdvantage[o] = -(probability * others * (p * finite));
            statistic.Share[o] = probability * ((rewarded * informativeSuccess) + (others * informativeFailure));
        }
    }

    // 1 - q^n = (1-q) (1 + q + ... + q^(n-1)): no digit is lost next to q = 1.
    private static double NotAll(double q, double oneMinusQ, int n)
    {
        double power = 1;
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            sum += power;
            power *= q;
        }

        return oneMinusQ * sum;
    }
}
