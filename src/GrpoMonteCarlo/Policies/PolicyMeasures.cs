using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Policies;

/// <summary>
/// What is measured of policies over arms, normalised. All sums run in the order of the arms.
/// </summary>
internal static class PolicyMeasures
{
    /// <summary>KL(pi || other) = sum_o pi(o) log(pi(o)/other(o)).</summary>
    /// <param name="policy">pi.</param>
    /// <param name="logPolicy">log pi.</param>
    /// <param name="logOther">log of the other.</param>
    public static double Divergence(ReadOnlySpan<double> policy, ReadOnlySpan<double> logPolicy, ReadOnlySpan<double> logOther)
    {
        double sum = 0;
        for (int o = 0; o < policy.Length; o++)
        {
            sum += policy[o] * (logPolicy[o] - logOther[o]);
        }

        return Math.Max(0, sum);
    }

    /// <summary>-sum_o pi(o) log pi(o), in nats.</summary>
    /// <param name="policy">pi.</param>
    /// <param name="logPolicy">log pi.</param>
    public static double Entropy(ReadOnlySpan<double> policy, ReadOnlySpan<double> logPolicy)
    {
        double sum = 0;
        for (int o = 0; o < policy.Length; o++)
        {
            sum -= policy[o] * logPolicy[o];
        }

        return Math.Max(0, sum);
    }

    /// <summary>
    /// Delta_R = (1-alpha) [D_alpha(ref_F || pi_F) - D_alpha(ref_S || pi_S)], S and F the policies conditioned on success and failure
    /// (theory.md section 3). Renyi's D_alpha(P || Q) is log(sum P^alpha Q^(1-alpha)) / (alpha-1), so it is the difference of two
    /// logarithms, and 0 at alpha 0 and 1.
    /// </summary>
    public static double RenyiCorrection(
        double alpha, ReadOnlySpan<double> logReference, ReadOnlySpan<double> logPolicy, ReadOnlySpan<bool> succeeds) => alpha is 0 or 1
            ? 0
            : LogOverlap(alpha, logReference, logPolicy, succeeds, ofSuccess: true)
                - LogOverlap(alpha, logReference, logPolicy, succeeds, ofSuccess: false);

    /// <summary>Total variation, half the sum of the differences' sizes, from 0 to 1.</summary>
    public static double TotalVariation(ReadOnlySpan<double> policy, ReadOnlySpan<double> other)
    {
        double sum = 0;
        for (int o = 0; o < policy.Length; o++)
        {
            sum += Math.Abs(policy[o] - other[o]);
        }

        return Math.Min(1, sum / 2);
    }

    // log sum P^alpha Q^(1-alpha) over one class, P and Q conditioned on it.
    private static double LogOverlap(
        double alpha, ReadOnlySpan<double> logReference, ReadOnlySpan<double> logPolicy, ReadOnlySpan<bool> succeeds, bool ofSuccess)
    {
        double largestReference = LargestOf(logReference, succeeds, ofSuccess);
        double largestPolicy = LargestOf(logPolicy, succeeds, ofSuccess);
        double reference = 0;
        double policy = 0;
        double overlap = 0;
        for (int o = 0; o < logPolicy.Length; o++)
        {
            if (succeeds[o] == ofSuccess)
            {
                double p = logReference[o] - largestReference;
                double q = logPolicy[o] - largestPolicy;
                reference += Elementary.Exp(p);
                policy += Elementary.Exp(q);
                overlap += Elementary.Exp((alpha * p) + ((1 - alpha) * q));
            }
        }

        return Elementary.Log(overlap) - (alpha * Elementary.Log(reference)) - ((1 - alpha) * Elementary.Log(policy));
    }

    private static double LargestOf(ReadOnlySpan<double> logPolicy, ReadOnlySpan<bool> succeeds, bool ofSuccess)
    {
        double largest = double.NegativeInfinity;
        for (int o = 0; o < logPolicy.Length; o++)
        {
            largest = succeeds[o] == ofSuccess ? Math.Max(largest, logPolicy[o]) : largest;
        }

        return largest;
    }
}
