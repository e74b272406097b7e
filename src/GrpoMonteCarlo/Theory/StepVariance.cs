using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Variance of one update's log-odds step, given the success probability p that the rollouts are drawn with (theory.md section 5). Of
/// <c>self-normalized</c> see <see cref="SelfNormalizedOmega.StepVarianceAt"/>.
/// </summary>
internal static class StepVariance
{
    // Beyond this variance of their number, informative groups are taken to be as many as expected.
    private const double ManyGroups = 1 << 20;

    /// <summary>Of <c>importance</c>, the mean of X / (p(1-p)) over M groups: Var X / (M p^2 (1-p)^2).</summary>
    public static double OfImportance(GroupTerms terms, double groups, SuccessProbability p)
    {
        double v = p.Variance;
        return terms.MomentsAt(p.P, p.OneMinusP).VariancePhi / v / v / groups;
    }

    /// <summary>Of <c>plug-in</c>, the mean of s(K) over M groups.</summary>
    public static double OfPlugIn(GroupTerms terms, double groups, SuccessProbability p) =>
        terms.MomentsAt(p.P, p.OneMinusP).VariancePhi / groups;

    /// <summary>
    /// Of <c>drop-degenerate</c> and <c>dynamic-sampling</c>: with N groups in the mean the step has mean m and variance s^2/N, m and s^2
    /// those of X / (p(1-p)) given an informative group; it is 0 without any. So it is s^2 E[1/N; N &gt; 0] + m^2 P(N = 0) P(N &gt; 0).
    /// </summary>
    /// <param name="terms">The terms of informative groups.</param>
    /// <param name="wanted">The most groups in the mean.</param>
    /// <param name="attempts">The most groups drawn.</param>
    /// <param name="p">The success probability.</param>
    public static double OfInformativeMean(GroupTerms terms, double wanted, double attempts, SuccessProbability p)
    {
        GroupMoments moments = terms.MomentsAt(p.P, p.OneMinusP);
        double q = Math.Min(1, moments.Informative);
        double logNone = -attempts * InformativeOmega.LogDegenerate(q);
        double v = p.Variance;
        double mean = moments.MeanPhi / v;
        return (moments.VariancePhi / v / v * MeanReciprocal(wanted, attempts, q))
            + (mean * Elementary.Exp(logNone) * (mean * Complement.OfExp(logNone)));
    }

    /// <summary>
    /// E[1/min(N, wanted); N &gt; 0], N ~ Binomial(attempts, q). Exact, but where N varies by more than a thousand: then good to
    /// (1-q)/N squared, and where N is about as many as wanted to half a thousandth.
    /// </summary>
    internal static double MeanReciprocal(double wanted, double attempts, double q)
    {
        double expected = attempts * q;
        if (expected * (1 - q) > ManyGroups)
        {
            return expected < wanted ? (1 + ((1 - q) / expected)) / expected : 1 / wanted;
        }

        double mode = Math.Min(attempts, Math.Floor((attempts + 1) * q));
        double total = 1;
        double sum = Value(mode);
        double weight = 1;
        for (double j = mode; j < attempts && weight >= BinomialExpectation.Negligible; j++)
        {
            weight *= (attempts - j) / (j + 1) * (q / (1 - q));
            total += weight;
            sum += weight * Value(j + 1);
        }

        weight = 1;
        for (double j = mode; j > 0 && weight >= BinomialExpectation.Negligible; j--)
        {
            weight *= j / (attempts - j + 1) * ((1 - q) / q);
            total += weight;
            sum += weight * Value(j - 1);
        }

        return sum / total;

        double Value(double n) => n == 0 ? 0 : 1 / Math.Min(n, wanted);
    }
}
