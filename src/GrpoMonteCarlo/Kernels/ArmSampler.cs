using System.Runtime.CompilerServices;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Draws how often each arm occurs in rows of independent draws from one policy: the second stage of an update over many arms. Given the
/// histogram of K, the arms of the c_K K successful rollouts in the groups with K successes are independent draws from the policy
/// conditioned on success, and those of the c_K (G-K) failed ones from the policy conditioned on failure: a row for each K. Both stages
/// together have the law of drawing every rollout from the policy. Owns its buffers: one sampler per worker.
/// </summary>
internal sealed class ArmSampler(InstructionSet isa)
{
    /// <summary>The most draws of one <see cref="Draw"/>: the words of a <see cref="StreamAddress.Round"/>.</summary>
    public const long MaxDraws = 1L << 35;

    /// <summary>The most draws of a row of <see cref="Place"/>: those of a <see cref="BinomialVariate"/>.</summary>
    public const long MaxPlacedInRow = 1L << 40;

    private const int ChunkBatches = 16, ChunkWords = ChunkBatches * Philox.BatchWords;

    private readonly IPhilox _philox = Philox.For(isa);
    private readonly IArmDraws _draws = ArmDraws.For(isa);
    private readonly ArmTable _table = new();
    private readonly ulong[] _chunk = new ulong[ChunkWords];
    private readonly ushort[] _drawn = new ushort[ChunkWords];
    private readonly ArmTally _tally = new();

    private readonly WordBuffer _words = new(isa);
    private readonly ConditionalArms _conditional = new();

    /// <summary>Draws one by one: word i of the address is draw i (<see cref="ArmTable.Arm"/>), row after row.</summary>
    /// <param name="key">The stream.</param>
    /// <param name="address">Where in the stream, purpose included.</param>
    /// <param name="weights">
    /// The policy's, times a constant: A of them, 1 to 4096. Where there is anything to draw, as <see cref="ArmWeights.Sum"/> asks.
    /// </param>
    /// <param name="totals">At i, how many draws row i gets, at most <see cref="MaxDraws"/> in all.</param>
    /// <param name="counts">Overwritten: at iA + a, how many of row i's draws are arm a.</param>
    public void Draw(
        StreamKey key, StreamAddress address, ReadOnlySpan<double> weights, ReadOnlySpan<long> totals, Span<long> counts)
    {
        CheckLengths(weights, totals, counts);
        long left = 0;
        foreach (long total in totals)
        {
            CheckTotal(total, MaxDraws - left);
            left += total;
        }

        counts.Clear();
        if (left == 0)
        {
            return;
        }

        _table.Build(weights);
        int arms = weights.Length, start = 0, end = 0;
        long batch = 0;
        for (int row = 0; row < totals.Length; row++)
        {
            Span<long> rowCounts = counts.Slice(row * arms, arms);
            _tally.Begin(totals[row], arms);
            for (long rowLeft = totals[row]; rowLeft > 0;)
            {
                if (start == end)
                {
                    (start, end) = (0, (int)Math.Min(left, ChunkWords));
                    DrawChunk(key, address, batch, end);
                    batch += ChunkBatches;
                    left -= end;
                }

                int drawn = (int)Math.Min(rowLeft, end - start);
                _tally.Add(_drawn.AsSpan(start, drawn), rowCounts);
                start += drawn;
                rowLeft -= drawn;
            }

            _tally.End(rowCounts);
        }
    }

    /// <summary>
    /// Draws whole rows, each a multinomial by conditional binomials, at a cost that does not grow with the totals: the arms of a positive
    /// weight in order, each as many of the draws left as <see cref="BinomialVariate"/> says, and the last of them what is left.
    /// </summary>
    /// <remarks>The address's words are taken in order, row after row, by <see cref="BinomialVariate"/>.</remarks>
    /// <param name="key">The stream.</param>
    /// <param name="address">Where in the stream, purpose included.</param>
    /// <param name="weights">
    /// The policy's, times a constant: A of them, 1 to 4096. Where there is anything to draw, as <see cref="ArmWeights.Sum"/> asks.
    /// </param>
    /// <param name="totals">At i, how many draws row i gets, at most <see cref="MaxPlacedInRow"/>.</param>
    /// <param name="counts">Overwritten: at iA + a, how many of row i's draws are arm a.</param>
    public void Place(
        StreamKey key, StreamAddress address, ReadOnlySpan<double> weights, ReadOnlySpan<long> totals, Span<long> counts)
    {
        CheckLengths(weights, totals, counts);
        foreach (long total in totals)
        {
            CheckTotal(total, MaxPlacedInRow);
        }

        counts.Clear();
        if (!totals.ContainsAnyExcept(0))
        {
            return;
        }

        _conditional.Set(weights);
        _words.Begin(key, address);
        int arms = weights.Length;
        for (int row = 0; row < totals.Length; row++)
        {
            PlaceRow(totals[row], counts.Slice(row * arms, arms));
        }
    }

    private static void CheckLengths(ReadOnlySpan<double> weights, ReadOnlySpan<long> totals, ReadOnlySpan<long> counts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(weights.Length, nameof(weights));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weights.Length, ArmWeights.MaxArms, nameof(weights));
        ArgumentOutOfRangeException.ThrowIfNotEqual(counts.Length, (long)totals.Length * weights.Length, nameof(counts));
    }

    private static void CheckTotal(long total, long most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total, "totals");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(total, most, "totals");
    }

    private void DrawChunk(StreamKey key, StreamAddress address, long batch, int draws)
    {
        int batches = (draws + Philox.BatchWords - 1) / Philox.BatchWords;
        _philox.Fill(key, address.Counter(batch), _chunk.AsSpan(0, batches * Philox.BatchWords));
        _draws.Draw(_table, _chunk.AsSpan(0, draws), _drawn);
    }

    [MethodImpl(InstructionSets.Kernel)]
    private void PlaceRow(long draws, Span<long> counts)
    {
        ReadOnlySpan<int> arms = _conditional.Arms;
        ReadOnlySpan<double> shares = _conditional.Shares, complements = _conditional.Complements;
        int last = arms.Length - 1;
        for (int j = 0; j < last && draws > 0; j++)
        {
            long count = BinomialVariate.Draw(draws, shares[j], complements[j], _words);
            counts[arms[j]] = count;
            draws -= count;
        }

        counts[arms[last]] += draws;
    }
}
