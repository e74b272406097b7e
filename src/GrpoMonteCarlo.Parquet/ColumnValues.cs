namespace GrpoMonteCarlo.Parquet;

/// <summary>The values of one column in one row group.</summary>
/// <remarks>The typed spans have one element for every row. Asking for one of another type than the column's throws
/// <see cref="InvalidOperationException"/>.</remarks>
public sealed class ColumnValues
{
    private readonly Array _values;
    private readonly bool[] _nulls;

    internal ColumnValues(ParquetType type, Array values, bool[] nulls, int nullCount)
    {
        Type = type;
        _values = values;
        _nulls = nulls;
        NullCount = nullCount;
    }

    /// <summary>What the values are.</summary>
    public ParquetType Type { get; }

    /// <summary>How many rows there are, nulls included.</summary>
    public int Count => _values.Length;

    /// <summary>How many of the values are null.</summary>
    public int NullCount { get; }

    /// <summary>The values of a Boolean column; false where one is null.</summary>
    /// <exception cref="InvalidOperationException">The column is of another type.</exception>
    public ReadOnlySpan<bool> Booleans => Values<bool>();

    /// <summary>The values of an Int32 column; 0 where one is null.</summary>
    /// <exception cref="InvalidOperationException">The column is of another type.</exception>
    public ReadOnlySpan<int> Int32s => Values<int>();

    /// <summary>The values of an Int64 column; 0 where one is null.</summary>
    /// <exception cref="InvalidOperationException">The column is of another type.</exception>
    public ReadOnlySpan<long> Int64s => Values<long>();

    /// <summary>The values of a Double column; 0 where one is null.</summary>
    /// <exception cref="InvalidOperationException">The column is of another type.</exception>
    public ReadOnlySpan<double> Doubles => Values<double>();

    /// <summary>The values of a String column; null where one is null.</summary>
    /// <exception cref="InvalidOperationException">The column is of another type.</exception>
    public ReadOnlySpan<string?> Strings => Values<string?>();

    /// <summary>Whether a row's value is null.</summary>
    /// <param name="row">The row in this group, 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public bool IsNull(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return _nulls.Length > 0 && _nulls[row];
    }

    private T[] Values<T>() => _values as T[] ?? throw new InvalidOperationException(
        $"The column is {Type}; its values were asked for as {typeof(T).Name}");
}
