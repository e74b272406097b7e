namespace GrpoMonteCarlo.Updates;

/// <summary>How long dynamic sampling goes on looking for informative groups.</summary>
public static class DynamicSampling
{
    /// <summary>
    /// The most groups that are drawn, in units of M: DAPO's own limit, <c>algorithm.filter_groups.max_num_gen_batches</c> = 10 batches.
    /// </summary>
    public const int MostGroups = 10;
}
