using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Draws each group's K at once, as the number of binomial thresholds that a uniform U does not stay below. Owns its
/// buffers: one sampler per worker.
/// </summary>
/// <remarks>
/// U is drawn a digit of base 256 at a time, and only as long as it equals a threshold so far. First all groups draw their
/// first digit. Those whose first digit is a threshold's, so that the threshold may still be on either side, draw a second:
/// groups of the smallest such digit first. And so on for the prefixes of each length, in ascending order, until none is
/// left. Groups of one prefix are alike: it is enough to know how many they are, so no group is ever looked up, and the
/// stream is taken byte after byte. Hence no width and no buffer matters. About 1.05 bytes a group at G = 16, 1.5 at 4096.
/// </remarks>
internal sealed class GroupsSampler(IPhilox philox, IDigitCounter counter) : ICountSampler
{
    public const int MinGroupSize = 2, MaxGroupSize = 4096;

    public const long MaxGroups = 1L << 40;

    private const int Base = 256, TopDigitShift = 56, DigitBits = 8;

    private readonly BinomialThresholds _thresholds = new(MaxGroupSize);
    private readonly DigitBuffer _digits = new(philox);
    private readonly byte[] _bounds = new byte[Base];
    private readonly long[] _below = new long[Base + 1];
    private Prefix[] _prefixes = new Prefix[MaxGroupSize];
    private Prefix[] _longer = new Prefix[MaxGroupSize];

    public GroupsSampler(InstructionSet isa)
        : this(Philox.For(isa), DigitCounter.For(isa))
    {
    }

    // Groups whose digits so far are those of the thresholds first..end-1, which have digits left.
    private record struct Prefix(int First, int End, long Groups);

    public void Sample(StreamKey key, StreamAddress address, RareProbability q, int groupSize, long groups, Span<long> histogram)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, MinGroupSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groupSize, MaxGroupSize);
        ArgumentOutOfRangeException.ThrowIfNegative(groups);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups, MaxGroups);
        ArgumentOutOfRangeException.ThrowIfNotEqual(histogram.Length, groupSize + 1, nameof(histogram));

        histogram.Clear();
        _thresholds.Build(q, groupSize);
        int first = _thresholds.First, last = _thresholds.Last;
        _digits.Begin(key, address.With(StreamPurpose.Groups));
        _prefixes[0] = new Prefix(first, last, groups);
        int prefixes = first < last && groups > 0 ? 1 : 0;
        while (prefixes > 0)
        {
            prefixes = DrawDigit(prefixes, histogram);
        }

        // So far the groups with K <= k.
        histogram[last] = groups;
        for (int k = last; k > first; k--)
        {
            histogram[k] -= histogram[k - 1];
        }
    }

    // The next digit of all groups that need one. Returns how many prefixes are left.
    private int DrawDigit(int prefixes, Span<long> histogram)
    {
        long needed = 0;
        foreach (ref readonly Prefix prefix in _prefixes.AsSpan(0, prefixes))
        {
            needed += prefix.Groups;
        }

        int longer = 0;
        foreach (ref readonly Prefix prefix in _prefixes.AsSpan(0, prefixes))
        {
            Count(prefix, needed);
            needed -= prefix.Groups;
            longer = Extend(prefix, longer, histogram);
        }

        (_prefixes, _longer) = (_longer, _prefixes);
        return longer;
    }

    // Draws a prefix's next digits. _below[d] and _below[d + 1] are set for the thresholds' digits d, the latter if the
    // threshold goes on.
    private void Count(Prefix prefix, long needed)
    {
        ulong[] high = _thresholds.High, low = _thresholds.Low;
        int bounds = 0, top = 0;
        for (int k = prefix.First; k < prefix.End; k++)
        {
            int digit = (int)(high[k] >> TopDigitShift);
            if (digit > top)
            {
                top = digit;
                _below[top] = 0;
                _bounds[bounds++] = (byte)top;
            }

            if (digit == top && digit < Base - 1 && (high[k] << DigitBits | low[k]) != 0)
            {
                top = digit + 1;
                _below[top] = 0;
                _bounds[bounds++] = (byte)top;
            }
        }

        _below[0] = 0;
        _below[Base] = prefix.Groups;
        for (long left = prefix.Groups; left > 0;)
        {
            ReadOnlySpan<byte> digits = _digits.Take(left, needed);
            counter.AddBelow(digits, _bounds.AsSpan(0, bounds), _below);
            left -= digits.Length;
            needed -= digits.Length;
        }
    }

    // Counts the groups that the digit decided, and appends the prefixes of those that it did not.
    private int Extend(Prefix prefix, int longer, Span<long> histogram)
    {
        ulong[] high = _thresholds.High, low = _thresholds.Low;
        int previous = -1;
        for (int k = prefix.First; k < prefix.End; k++)
        {
            int digit = (int)(high[k] >> TopDigitShift);
            histogram[k] += _below[digit];
            high[k] = high[k] << DigitBits | low[k] >> TopDigitShift;
            low[k] <<= DigitBits;
            if ((high[k] | low[k]) == 0)
            {
                // Nothing left of the threshold: U is not below it.
                continue;
            }

            long tied = _below[digit + 1] - _below[digit];
            if (digit == previous)
            {
                _longer[longer - 1].End = k + 1;
            }
            else if (tied > 0)
            {
                _longer[longer++] = new Prefix(k, k + 1, tied);
                previous = digit;
            }
        }

        return longer;
    }
}
