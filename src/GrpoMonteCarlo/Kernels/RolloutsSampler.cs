using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Draws every rollout, a chunk of blocks at a time, and counts the groups. Owns its buffers: one sampler per worker.
/// </summary>
internal sealed class RolloutsSampler(InstructionSet isa) : ICountSampler
{
    private const long MaxRollouts = 1L << 40;

    // The mean of the largest of 512 geometric variables, the planes until the last lane is decided.
    private const double PlanesPerBlock = 10.33;

    private readonly PlaneBuffer _planes = new(isa);
    private readonly IBernoulli _bernoulli = Bernoulli.For(isa);
    private readonly IGroupCounter _counter = GroupCounter.For(isa);
    private readonly ulong[] _rollouts = new ulong[GroupCounter.MaxChunkBlocks * Bernoulli.BlockWords];

    public CancellationToken Cancellation { private get; set; }

    public void Sample(StreamKey key, StreamAddress address, RareProbability q, int groupSize, long groups, Span<long> histogram)
    {
        GroupBounds.Check(groupSize, groups, MaxRollouts / Math.Max(groupSize, 1), histogram);

        histogram.Clear();
        _planes.Begin(key, address, q.IsAtUpperEnd);
        int chunk = GroupCounter.ChunkBlocks(groupSize) * Bernoulli.BlockLanes;
        UnfinishedGroup unfinished = default;
        for (long left = groups * groupSize; left > 0; left -= chunk)
        {
            Cancellation.ThrowIfCancellationRequested();
            int lanes = (int)Math.Min(left, chunk);
            Draw(q, lanes, left);
            _counter.Add(_rollouts, lanes, groupSize, ref unfinished, histogram);
        }
    }

    // The first lanes of the rollouts that are left of the update.
    private void Draw(RareProbability q, int lanes, long left)
    {
        double planesPerBlock = Math.Min(q.LastDigit, PlanesPerBlock);
        int drawn = 0;
        while (true)
        {
            Span<ulong> rollouts = _rollouts.AsSpan(drawn / 64);
            int blocks = _bernoulli.Draw(q, _planes.Planes, lanes - drawn, rollouts, out int planesUsed);
            _planes.Skip(planesUsed);
            drawn += blocks * Bernoulli.BlockLanes;
            if (drawn >= lanes)
            {
                return;
            }

            _planes.Refill(Math.Ceiling((left - drawn) / (double)Bernoulli.BlockLanes) * planesPerBlock);
        }
    }
}
