namespace GrpoMonteCarlo.Parquet;

/// <summary>A column of a flat table.</summary>
/// <param name="Name">The column's name: not empty, and unique in its table.</param>
/// <param name="Type">What its values are.</param>
/// <param name="Optional">Whether a value may be missing (null).</param>
public sealed record ParquetColumn(string Name, ParquetType Type, bool Optional);
