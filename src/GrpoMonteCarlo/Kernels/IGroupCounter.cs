namespace GrpoMonteCarlo.Kernels;

/// <summary>Counts groups by K, the number of rare rollouts among their G.</summary>
internal interface IGroupCounter
{
    /// <summary>Adds the groups that end within these rollouts to the histogram.</summary>
    /// <param name="rollouts">Blocks of lanes, one bit a rollout; lanes beyond <paramref name="lanes"/> are 0 in the last block.</param>
    /// <param name="lanes">How many rollouts, consecutive lanes from lane 0.</param>
    /// <param name="groupSize">G.</param>
    /// <param name="unfinished">In: the group that the rollouts before these left. Out: the one that these leave.</param>
    /// <param name="histogram">Length G + 1: at K the number of groups.</param>
    public void Add(ReadOnlySpan<ulong> rollouts, int lanes, int groupSize, ref UnfinishedGroup unfinished, Span<long> histogram);
}

/// <summary>What a group that straddles two chunks has so far.</summary>
/// <param name="Lanes">Rollouts seen, fewer than G.</param>
/// <param name="Rare">The rare ones among them.</param>
internal readonly record struct UnfinishedGroup(int Lanes, int Rare);
