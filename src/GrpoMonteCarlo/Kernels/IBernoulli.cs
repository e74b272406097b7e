namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Draws rollouts, each rare with probability q, by comparing a uniform U with q one binary digit at a time.
/// </summary>
/// <remarks>
/// Rollouts are lanes in blocks of <see cref="Bernoulli.BlockLanes"/>. A plane holds one binary digit of every lane's U.
/// Where it differs from q's digit the lane is decided: rare if q's digit is 1, for then U is below q. A block takes
/// planes until all its valid lanes are decided, about 10.3 of them, or q has no 1 left (then U is not below q); the
/// next block goes on with the next plane. So where a block's planes begin depends on the draws, but not on the width.
/// </remarks>
internal interface IBernoulli
{
    /// <summary>Draws blocks in turn, until all are drawn or the planes do not suffice for one.</summary>
    /// <param name="q">The probability that a rollout is rare.</param>
    /// <param name="planes">The next planes, <see cref="Random.Philox.PlaneWords"/> words each.</param>
    /// <param name="lanes">How many rollouts; lanes beyond, in the last block, count as decided and not rare.</param>
    /// <param name="rollouts">Whole blocks: bit l % 64 of word l / 64 says whether lane l is rare.</param>
    /// <param name="planesUsed">The planes that the drawn blocks took.</param>
    /// <returns>The number of blocks drawn.</returns>
    public int Draw(RareProbability q, ReadOnlySpan<ulong> planes, int lanes, Span<ulong> rollouts, out int planesUsed);
}
