namespace GrpoMonteCarlo.Kernels;

/// <summary>Counts the 1 bits of equal fields of a word, one field a group.</summary>
internal interface IFieldCounts
{
    /// <summary>
    /// Writes the number of 1 bits of every field as a byte. The order of the bytes is the implementation's own, and
    /// zeros may come with them.
    /// </summary>
    /// <param name="fields">Whole blocks.</param>
    /// <param name="fieldSize">The bits of a field: 2, 4, 8, 16, 32 or 64.</param>
    /// <param name="counts">A byte for every field, and room for <see cref="MaxPadding"/> more.</param>
    /// <returns>How many bytes were written.</returns>
    public int Count(ReadOnlySpan<ulong> fields, int fieldSize, Span<byte> counts);

    /// <summary>Adds to the histogram, at every k from 1 to G, how many of the bytes are k.</summary>
    /// <param name="counts">What <see cref="Count"/> wrote.</param>
    /// <param name="groupSize">G.</param>
    /// <param name="histogram">Length G + 1.</param>
    /// <returns>How many bytes were not 0.</returns>
    public int AddHistogram(ReadOnlySpan<byte> counts, int groupSize, Span<long> histogram);

    /// <summary>The most zeros that come with the counts.</summary>
    public const int MaxPadding = 64;
}
