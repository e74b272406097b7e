namespace GrpoMonteCarlo.Experiments;

/// <summary>How many values fell into each bin, the bins that are not empty only, in rising order.</summary>
internal sealed class SparseCounts
{
    private int[] _bins = [];
    private long[] _counts = [];

    /// <summary>Numbers of the bins that hold something, rising.</summary>
    public ReadOnlySpan<int> Bins => _bins;

    /// <summary>What each of <see cref="Bins"/> holds.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>The sum of <see cref="Counts"/>.</summary>
    public Int128 Total
    {
        get
        {
            Int128 total = 0;
            foreach (long count in _counts)
            {
                total += count;
            }

            return total;
        }
    }

    /// <summary>The bins of a dense histogram whose first element is bin <paramref name="lowest"/>; the histogram is left cleared.</summary>
    public static SparseCounts Take(Span<int> dense, int lowest)
    {
        int filled = dense.Length - dense.Count(0);
        var counts = new SparseCounts { _bins = new int[filled], _counts = new long[filled] };
        int next = 0;
        for (int i = dense.IndexOfAnyExcept(0); next < filled; i++)
        {
            if (dense[i] != 0)
            {
                counts._bins[next] = lowest + i;
                counts._counts[next++] = dense[i];
                dense[i] = 0;
            }
        }

        return counts;
    }

    /// <summary>Adds another's counts.</summary>
    public void Add(SparseCounts other)
    {
        var bins = new List<int>(_bins.Length + other._bins.Length);
        var counts = new List<long>(bins.Capacity);
        int i = 0;
        int j = 0;
        while (i < _bins.Length || j < other._bins.Length)
        {
            int mine = i < _bins.Length ? _bins[i] : int.MaxValue;
            int its = j < other._bins.Length ? other._bins[j] : int.MaxValue;
            bins.Add(Math.Min(mine, its));
            counts.Add((mine <= its ? _counts[i++] : 0) + (its <= mine ? other._counts[j++] : 0));
        }

        _bins = [.. bins];
        _counts = [.. counts];
    }

    /// <summary>The bin of the value with the given rank, from 1 to the number of values.</summary>
    public int BinOfRank(long rank)
    {
        long seen = 0;
        for (int i = 0; i < _bins.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return _bins[i];
            }
        }

        throw new ArgumentOutOfRangeException(nameof(rank));
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_bins.Length);
        for (int i = 0; i < _bins.Length; i++)
        {
            writer.Write(_bins[i]);
            writer.Write(_counts[i]);
        }
    }

    public static SparseCounts Read(BinaryReader reader)
    {
        int length = reader.ReadInt32();
        if (length is < 0 or > LogitBins.Count || length * (sizeof(int) + sizeof(long)) > reader.BytesLeft())
        {
            throw new InvalidDataException($"{length} bins");
        }

        var counts = new SparseCounts { _bins = new int[length], _counts = new long[length] };
        for (int i = 0; i < length; i++)
        {
            counts._bins[i] = reader.ReadInt32();
            counts._counts[i] = reader.ReadInt64();
            int least = i == 0 ? LogitBins.Lowest : counts._bins[i - 1] + 1;
            if (counts._bins[i] < least || counts._bins[i] >= LogitBins.Lowest + LogitBins.Count || counts._counts[i] <= 0)
            {
                throw new InvalidDataException($"{counts._counts[i]} values in bin {counts._bins[i]}, after bins below {least}");
            }
        }

        return counts;
    }
}
