namespace GrpoMonteCarlo.Parquet;

/// <summary>What the values of a column are.</summary>
public enum ParquetType
{
    /// <summary>True or false; Parquet's BOOLEAN.</summary>
    Boolean,

    /// <summary>A signed 32-bit integer; Parquet's INT32.</summary>
    Int32,

    /// <summary>A signed 64-bit integer; Parquet's INT64.</summary>
    Int64,

    /// <summary>An IEEE 754 64-bit number, all of whose bits are kept (NaN and -0.0 too); Parquet's DOUBLE.</summary>
    Double,

    /// <summary>Unicode text; Parquet's BYTE_ARRAY holding UTF-8, with the String logical type.</summary>
    String,
}
