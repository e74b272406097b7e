namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Some of many, evenly.</summary>
internal static class Sample
{
    /// <summary>
    /// At most so many of 0 to count - 1, rising, the first and the last among them. The distance is no whole number as a rule, so that what
    /// repeats with the cells is not met at one phase only.
    /// </summary>
    public static IEnumerable<int> Of(int count, int most) => count <= most
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, most).Select(i => (int)(((long)i * (count - 1) * 2 + most - 1) / (2L * (most - 1))));

    public static T[] Of<T>(IReadOnlyList<T> items, int most) => [.. Of(items.Count, most).Select(i => items[i])];
}
