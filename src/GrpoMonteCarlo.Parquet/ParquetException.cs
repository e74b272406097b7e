namespace GrpoMonteCarlo.Parquet;

/// <summary>A file that is not a Parquet file, is damaged, or uses a part of the format that is not read here.</summary>
/// <remarks>The message says where in the file, and what was found there.</remarks>
public sealed class ParquetException : Exception
{
    /// <summary>An exception with no particular message.</summary>
    public ParquetException()
    {
    }

    /// <summary>An exception saying where and what.</summary>
    /// <param name="message">Where in the file, and what was found there.</param>
    public ParquetException(string message) : base(message)
    {
    }

    /// <summary>An exception saying where and what, and from which other one it came.</summary>
    /// <param name="message">Where in the file, and what was found there.</param>
    /// <param name="innerException">What a decoder threw.</param>
    public ParquetException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
