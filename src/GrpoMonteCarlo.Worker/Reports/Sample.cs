namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Some of many, evenly.</summary>
internal static class Sample
{
    private const double GoldenRatio = 0.6180339887498949;

    /// <summary>
    /// At most so many of the numbers 0 to count - 1, rising: one from each of equally long stretches, never at the same place for long, so that
    /// what repeats with the cells of a grid is met at every phase.
    /// </summary>
    public static IEnumerable<int> Of(int count, int most)
    {
        if (count <= most)
        {
            return Enumerable.Range(0, count);
        }

        int[] chosen = new int[most];
        int last = -1;
        for (int i = 0; i < most; i++)
        {
            int place = (int)((i + (i * GoldenRatio % 1)) * count / most);
            last = chosen[i] = Math.Clamp(place, last + 1, count - most + i);
        }

        return chosen;
    }

    /// <summary>At most so many of the items.</summary>
    public static T[] Of<T>(IReadOnlyList<T> items, int most) => [.. Of(items.Count, most).Select(i => items[i])];

    /// <summary>At most so many of an axis's values, at equal distances and with both ends.</summary>
    public static double[] OfAxis(double[] values, int most) => values.Length <= most
        ? values
        : [.. Enumerable.Range(0, most).Select(i => values[(int)Math.Round((double)i * (values.Length - 1) / (most - 1))])];
}
