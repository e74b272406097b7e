namespace GrpoMonteCarlo.Parquet;

/// <summary>What a file's footer says, as far as it is written or read here.</summary>
internal sealed record FileMetadata(
    IReadOnlyList<ParquetColumn> Columns,
    IReadOnlyList<RowGroup> RowGroups,
    IReadOnlyList<KeyValuePair<string, string>> Metadata,
    string CreatedBy,
    long RowCount);

/// <summary>Consecutive rows: a chunk for every column, in the columns' order.</summary>
internal sealed record RowGroup(int RowCount, IReadOnlyList<ColumnChunk> Chunks);

/// <summary>Where the values of one column in one row group are.</summary>
/// <param name="Codec">How its pages are compressed.</param>
/// <param name="Start">The offset in the file of its first page, which is the dictionary's if there is one.</param>
/// <param name="DataStart">The offset in the file of its first data page.</param>
/// <param name="Size">The bytes of all its pages, their headers included.</param>
/// <param name="Statistics">What the footer says of its values, if anything.</param>
internal sealed record ColumnChunk(Codec Codec, long Start, long DataStart, long Size, ColumnStatistics? Statistics);
