using System.Runtime.CompilerServices;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Draws the histogram of all M groups at once, a multinomial by conditional binomials, at a cost that does not grow with M.
/// Owns its buffers: one sampler per worker.
/// </summary>
/// <remarks>
/// The groups not yet placed have each the next value with its probability among the values not yet drawn. Values come from
/// the mode outwards, so that few groups are soon left; it ends when none is. Random words are those of the address with
/// purpose <see cref="StreamPurpose.Counts"/>, in order: an inversion takes one (two if the first is below 2^40), an attempt of a
/// rejection two, the last value none.
/// </remarks>
internal sealed class CountsSampler(InstructionSet isa) : ICountSampler
{
    public const long MaxGroups = 1_000_000_000_000;

    private readonly WordBuffer _words = new(isa);
    private readonly BinomialWeights _weights = new(GroupBounds.MaxGroupSize);

    public void Sample(StreamKey key, StreamAddress address, RareProbability q, int groupSize, long groups, Span<long> histogram)
    {
        GroupBounds.Check(groupSize, groups, MaxGroups, histogram);

        histogram.Clear();
        _words.Begin(key, address.With(StreamPurpose.Counts));
        _weights.Set(groupSize, q.Value);
        Place(groups, histogram);
    }

    [MethodImpl(InstructionSets.Kernel)]
    private void Place(long groups, Span<long> histogram)
    {
        ReadOnlySpan<int> values = _weights.Values;
        ReadOnlySpan<double> weights = _weights.Weights;
        ReadOnlySpan<double> remaining = _weights.Remaining;
        int last = values.Length - 1;
        for (int j = 0; j < last && groups > 0; j++)
        {
            long count = BinomialVariate.Draw(groups, weights[j] / remaining[j], remaining[j + 1] / remaining[j], _words);
            histogram[values[j]] = count;
            groups -= count;
        }

        histogram[values[last]] += groups;
    }
}
