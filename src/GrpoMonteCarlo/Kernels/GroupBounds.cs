namespace GrpoMonteCarlo.Kernels;

/// <summary>What every sampler of groups asks of its arguments.</summary>
internal static class GroupBounds
{
    /// <summary>Least G: in a group of one nothing can be compared.</summary>
    public const int MinGroupSize = 2;

    /// <summary>Greatest G.</summary>
    public const int MaxGroupSize = 4096;

    /// <exception cref="ArgumentOutOfRangeException">G or M is out of range, or the histogram is not of length G + 1.</exception>
    public static void Check(int groupSize, long groups, long maxGroups, ReadOnlySpan<long> histogram)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, MinGroupSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groupSize, MaxGroupSize);
        ArgumentOutOfRangeException.ThrowIfNegative(groups);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups, maxGroups);
        ArgumentOutOfRangeException.ThrowIfNotEqual(histogram.Length, groupSize + 1, nameof(histogram));
    }
}
