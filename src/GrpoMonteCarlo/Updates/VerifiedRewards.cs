using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Updates;

/// <summary>
/// What a noisy verifier leaves of the sum over groups of phi(K_g) (theory.md section 5). The groups' K count observed successes; of
/// the rollouts observed alike in groups of one K, each is a true success independently, so their number is binomial.
/// </summary>
/// <param name="noise">How often the verifier is wrong.</param>
/// <param name="scale">s(0), ..., s(G).</param>
internal sealed class VerifiedRewards(VerifierNoise noise, IReadOnlyList<double> scale)
{
    private readonly double[] _scale = [.. scale];

    /// <summary>
    /// sum_g (1/G) sum_i A_i (t_i - p), t_i saying whether rollout i truly succeeded. Divided by M p(1-p) it is the step of the
    /// importance-weighted objective, whose ratio depends on what truly happened and whose advantage on what was observed.
    /// </summary>
    /// <param name="counts">Groups by the number of the outcome that is observed less often.</param>
    /// <param name="successIsRare">Whether that outcome is success.</param>
    /// <param name="p">True success probability, as sampled.</param>
    /// <param name="oneMinusP">Its complement.</param>
    /// <param name="words">The random words for what is a mistake.</param>
    public double Sum(ReadOnlySpan<long> counts, bool successIsRare, double p, double oneMinusP, WordBuffer words)
    {
        (double observed, double notObserved) = noise.Observed(p, oneMinusP);
        double trueAmongRewarded = (1 - noise.FalseNegative) * p / observed;
        double falseAmongRewarded = noise.FalsePositive * oneMinusP / observed;
        double trueAmongOthers = noise.FalseNegative * p / notObserved;
        double falseAmongOthers = (1 - noise.FalsePositive) * oneMinusP / notObserved;
        int g = _scale.Length - 1;
        double sum = 0;
        for (int k = 1; k < g; k++)
        {
            long groups = counts[successIsRare ? k : g - k];
            if (groups == 0)
            {
                continue;
            }

            long rewarded = groups * k;
            long others = groups * (g - k);
            long trueRewarded = Draw(rewarded, trueAmongRewarded, falseAmongRewarded, words);
            long trueOthers = Draw(others, trueAmongOthers, falseAmongOthers, words);
            sum += Term(_scale[k], k, g, groups, trueRewarded, trueOthers, p, oneMinusP);
        }

        return sum;
    }

    /// <summary>The sum over the groups of one K, with known numbers of true successes.</summary>
    /// <param name="scale">s(K).</param>
    /// <param name="k">K, rewards in a group.</param>
    /// <param name="groupSize">G.</param>
    /// <param name="groups">How many groups have this K.</param>
    /// <param name="trueRewarded">True successes among their rewarded rollouts.</param>
    /// <param name="trueOthers">True successes among the others.</param>
    /// <param name="p">True success probability, as sampled.</param>
    /// <param name="oneMinusP">Its complement.</param>
    public static double Term(double scale, int k, int groupSize, long groups, long trueRewarded, long trueOthers, double p, double oneMinusP)
    {
        double share = (double)k / groupSize;
        double rewarded = Excess(groups * k, trueRewarded);
        double others = Excess(groups * (groupSize - k), trueOthers);
        return scale / groupSize * (((1 - share) * rewarded) - (share * others));

        // t - n p, above 1/2 as n (1-p) - (n-t): the step divides by p(1-p), so a rounding of n p would show.
        double Excess(long n, long successes) => p <= oneMinusP ? successes - (n * p) : (n * oneMinusP) - (n - successes);
    }

    private static long Draw(long n, double p, double complement, WordBuffer words) =>
        p == 0 ? 0 : complement == 0 ? n : BinomialVariate.Draw(n, p, complement, words);
}
