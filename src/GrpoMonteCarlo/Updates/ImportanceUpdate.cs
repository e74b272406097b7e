using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Updates;

/// <summary>
/// One simulated GRPO update of a two-point policy with the importance-weighted objective (theory.md section 5). It needs only the
/// counts of groups by K, which are exact integers; floating-point work begins here, in one fixed order.
/// </summary>
internal sealed class ImportanceUpdate(FiniteGroupOmega omega, KlAnchor anchor, double beta)
{
    /// <summary>sum over the groups of phi(K_g), from the histogram of the rarer outcome's count, in the order of that count.</summary>
    public double SumPhi(ReadOnlySpan<long> rareCounts, bool successIsRare)
    {
        double[] phi = omega.Phi;
        int g = omega.GroupSize;
        double sum = 0;
        for (int j = 1; j < g; j++)
        {
            sum += rareCounts[j] * phi[successIsRare ? j : g - j];
        }

        return sum;
    }

    /// <summary>
    /// The log-odds step mean_g phi(K_g) / (p(1-p)), q being the rarer outcome's probability as it was sampled. 0 where no group was
    /// informative, without dividing: q may be 0 there.
    /// </summary>
    public static double Step(double sumPhi, long groups, RareProbability q) =>
        sumPhi == 0 ? 0 : sumPhi / (groups * (q.Value * (1 - q.Value)));

    /// <summary>L_n from L_{n-1} and the step.</summary>
    public double NextLogit(double referenceLogit, double previousLogit, double step) =>
        Recurrence.AnchorLogit(anchor.Alpha, referenceLogit, previousLogit) + (step / beta);
}
