using System.Globalization;

namespace GrpoMonteCarlo.Experiments;

/// <summary>One of several parts of an experiment that cost about the same and together are all of it.</summary>
public sealed record Shard
{
    /// <summary>The most parts.</summary>
    public const int MostShards = 1_000_000;

    /// <param name="index">Which part, from 1.</param>
    /// <param name="count">How many parts there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part.</exception>
    public Shard(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(count is >= 1 and <= MostShards, true, nameof(count));
        ArgumentOutOfRangeException.ThrowIfNotEqual(index >= 1 && index <= count, true, nameof(index));
        (Index, Count) = (index, count);
    }

    /// <summary>All of the experiment.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Which part, from 1.</summary>
    public int Index { get; }

    /// <summary>How many parts there are.</summary>
    public int Count { get; }

    /// <summary>The shard that a text such as 3/8 names; null if it names none.</summary>
    public static Shard? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var first, var second]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && index >= 1 && index <= count && count <= MostShards
            ? new Shard(index, count)
            : null;
    }

    /// <summary>Such as 3/8.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");
}
