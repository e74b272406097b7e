using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Draws each group's K at once, as the number of binomial thresholds that a uniform U does not stay below. Owns its
/// buffers: one sampler per worker.
/// </summary>
/// <remarks>
/// U is drawn a digit at a time, highest first, and only as long as it equals a threshold so far. First all groups draw their
/// first digit. Those whose digit is a threshold's, so that they may still end on either side of it, draw a second: the groups
/// of the smallest such digit first. And so on for the prefixes of each length, in ascending order, until none is left; a
/// threshold without digits but zeros left has decided. Groups of one prefix are alike: it is enough to know how many they are.
/// So no group is ever looked up, whatever the width and the buffers.
/// <para>
/// A digit is the next byte of the address's stream (<see cref="DigitBuffer"/>). Except that for up to
/// <see cref="MaxWideGroups"/> groups the first digit is the next two bytes, the lower one first: bytes 0 to 2M - 1 are the M
/// first digits, and the second digits follow from byte 2M on. What ties, about G M / 256 groups or G M / 65536, costs small
/// updates more time than twice the bytes. Otherwise, at q = 0.3, a group takes 1.04 bytes for G = 16, 1.08 for 64 and 1.48
/// for 4096.
/// </para>
/// </remarks>
internal sealed class GroupsSampler(IPhilox philox, IDigitCounter counter) : ICountSampler
{
    /// <summary>The largest M, however large the groups are.</summary>
    public const long MaxGroups = 1L << 40;

    /// <summary>The largest M whose first digit has 16 bits.</summary>
    public const int MaxWideGroups = 1023;

    private const int DigitBits = 8, WideDigitBits = 16, Base = 1 << DigitBits;
    private const int TopDigitShift = 64 - DigitBits, WideDigitShift = 64 - WideDigitBits;

    private readonly BinomialThresholds _thresholds = new(GroupBounds.MaxGroupSize);
    private readonly DigitBuffer _digits = new(philox);
    private readonly byte[] _bounds = new byte[Base];
    private readonly long[] _below = new long[Base + 1];
    private readonly ushort[] _wideBounds = new ushort[GroupBounds.MaxGroupSize];
    private readonly int[] _wideBelow = new int[GroupBounds.MaxGroupSize];
    private Prefix[] _prefixes = new Prefix[GroupBounds.MaxGroupSize];
    private Prefix[] _longer = new Prefix[GroupBounds.MaxGroupSize];

    public GroupsSampler(InstructionSet isa)
        : this(Philox.For(isa), DigitCounter.For(isa))
    {
    }

    // Groups whose digits so far are those of the thresholds first..end-1, which have digits left.
    private record struct Prefix(int First, int End, long Groups);

    public void Sample(StreamKey key, StreamAddress address, RareProbability q, int groupSize, long groups, Span<long> histogram)
    {
        GroupBounds.Check(groupSize, groups, MaxGroups, histogram);

        _thresholds.Build(q, groupSize);
        int first = _thresholds.First, last = _thresholds.Last;
        Clear(histogram, first, groups is > 0 and <= MaxWideGroups ? last : first);
        _digits.Begin(key, address.With(StreamPurpose.Groups), q.IsAtUpperEnd);
        int prefixes = 0;
        if (first < last && groups > 0)
        {
            _prefixes[0] = new Prefix(first, last, groups);
            prefixes = groups <= MaxWideGroups ? DrawWideDigit((int)groups, histogram) : 1;
        }

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

    // All but the values from first to last - 1, which a wide digit sets. A few stores cost less than a call.
    private static void Clear(Span<long> histogram, int first, int last)
    {
        for (int k = 0; k < first; k++)
        {
            histogram[k] = 0;
        }

        for (int k = last; k < histogram.Length; k++)
        {
            histogram[k] = 0;
        }
    }

    // The first digit of all groups, in 16 bits. Returns how many prefixes are left.
    private int DrawWideDigit(int groups, Span<long> histogram)
    {
        ReadOnlySpan<ulong> high = _thresholds.High.AsSpan(_thresholds.First, _thresholds.Last - _thresholds.First);
        Span<ushort> bounds = _wideBounds;
        int digits = 0, previous = -1;
        foreach (ulong threshold in high)
        {
            int digit = (int)(threshold >> WideDigitShift);
            digits += digit == previous ? 0 : 1;
            bounds[digits - 1] = (ushort)digit;
            previous = digit;
        }

        bounds = bounds[..digits];
        ReadOnlySpan<ushort> drawn = _digits.TakeFirstPairs(groups);
        bool tied = counter.CountBelow(drawn, bounds, _wideBelow);
        Span<long> below = histogram.Slice(_thresholds.First, high.Length);
        int bound = -1;
        previous = -1;
        for (int i = 0; i < below.Length && i < high.Length; i++)
        {
            // Compared with the one before rather than with its bound: no load waits for another.
            int digit = (int)(high[i] >> WideDigitShift);
            bound += digit == previous ? 0 : 1;
            previous = digit;
            below[i] = _wideBelow[bound];
        }

        return tied ? ExtendWide(drawn, bounds) : 0;
    }

    // The prefixes of the groups that the first digit did not decide.
    private int ExtendWide(ReadOnlySpan<ushort> drawn, ReadOnlySpan<ushort> bounds)
    {
        ulong[] high = _thresholds.High;
        int prefixes = 0, k = _thresholds.First;
        foreach (ushort bound in bounds)
        {
            int first = k, tied = drawn.Count(bound);
            for (; k < _thresholds.Last && (ushort)(high[k] >> WideDigitShift) == bound; k++)
            {
                // Only the least of them can have but zeros left.
                first += tied == 0 || _thresholds.DropDigit(k, WideDigitBits) ? 0 : 1;
            }

            if (tied > 0 && first < k)
            {
                _prefixes[prefixes++] = new Prefix(first, k, tied);
            }
        }

        return prefixes;
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
            if (prefix.Groups == 1)
            {
                longer = DrawOne(prefix, _digits.Take(1, needed)[0], longer, histogram);
            }
            else
            {
                Count(prefix, needed);
                longer = Extend(prefix, longer, histogram);
            }

            needed -= prefix.Groups;
        }

        (_prefixes, _longer) = (_longer, _prefixes);
        return longer;
    }

    // Count and Extend for a group alone, which most prefixes hold where M is small.
    private int DrawOne(Prefix prefix, int drawn, int longer, Span<long> histogram)
    {
        ulong[] high = _thresholds.High;
        int first = prefix.First, end = prefix.End;
        while (first < end && (int)(high[first] >> TopDigitShift) < drawn)
        {
            first++;
        }

        int k = first;
        for (; k < end && (int)(high[k] >> TopDigitShift) == drawn; k++)
        {
            first += _thresholds.DropDigit(k, DigitBits) ? 0 : 1;
        }

        if (first < k)
        {
            _longer[longer++] = new Prefix(first, k, 1);
        }

        for (; k < end; k++)
        {
            histogram[k]++;
        }

        return longer;
    }

    // Draws a prefix's next digits, and sets _below[d] and _below[d + 1] for the thresholds' digits d.
    private void Count(Prefix prefix, long needed)
    {
        int bounds = 0, top = 0;
        foreach (ulong high in _thresholds.High.AsSpan(prefix.First, prefix.End - prefix.First))
        {
            int digit = (int)(high >> TopDigitShift);
            for (int bound = Math.Max(digit, top + 1); bound <= digit + 1 && bound < Base; bound++)
            {
                top = bound;
                _below[bound] = 0;
                _bounds[bounds++] = (byte)bound;
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
        ulong[] high = _thresholds.High;
        int previous = -1;
        for (int k = prefix.First; k < prefix.End; k++)
        {
            int digit = (int)(high[k] >> TopDigitShift);
            long below = _below[digit], tied = _below[digit + 1] - below;
            histogram[k] += below;
            if (tied == 0 || !_thresholds.DropDigit(k, DigitBits))
            {
                continue;
            }

            if (digit == previous)
            {
                _longer[longer - 1].End = k + 1;
            }
            else
            {
                _longer[longer++] = new Prefix(k, k + 1, tied);
                previous = digit;
            }
        }

        return longer;
    }
}
