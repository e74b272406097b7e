using System.Text;

namespace GrpoMonteCarlo.Parquet;

/// <summary>The values of one column that a <see cref="ParquetWriter"/> has not written yet.</summary>
/// <remarks>
/// Exactly one value is appended for every row. Every method throws <see cref="InvalidOperationException"/>, naming the
/// column, when the value is not of the column's type, when it is missing and the column is required, or when the row
/// already has one. Nothing is allocated per value: the arrays grow to a row group's size and serve for the next one.
/// </remarks>
public sealed class ColumnBuffer
{
    /// <summary>The most UTF-8 bytes of one text, and those at which a row group ends early.</summary>
    internal const int MaxTextBytes = 1 << 26;

    private readonly ParquetColumn _column;
    private long[] _bits = [];
    private byte[] _text = [];
    private int[] _textEnds = [];
    private int[] _levels = [];
    private bool _rowFilled;

    internal ColumnBuffer(ParquetColumn column) => _column = column;

    internal ParquetColumn Column => _column;

    internal int RowCount { get; private set; }

    internal int ValueCount { get; private set; }

    internal bool RowFilled => _rowFilled;

    /// <summary>The values that are not null: an integer as it is, a boolean as 0 or 1, a double as its bits.</summary>
    internal ReadOnlySpan<long> Bits => _bits.AsSpan(0, ValueCount);

    /// <summary>A 1 for every row with a value and a 0 for every null; of an optional column only.</summary>
    internal ReadOnlySpan<int> Levels => _levels.AsSpan(0, RowCount);

    internal bool IsFull => _column.Type == ParquetType.String && ValueCount > 0 && _textEnds[ValueCount - 1] >= MaxTextBytes;

    /// <summary>Appends a value to a Boolean column.</summary>
    /// <param name="value">The value.</param>
    public void Append(bool value) => AppendBits(ParquetType.Boolean, value ? 1 : 0);

    /// <summary>Appends a value to an Int32 column.</summary>
    /// <param name="value">The value.</param>
    public void Append(int value) => AppendBits(ParquetType.Int32, value);

    /// <summary>Appends a value to an Int64 column.</summary>
    /// <param name="value">The value.</param>
    public void Append(long value) => AppendBits(ParquetType.Int64, value);

    /// <summary>Appends a value to a Double column.</summary>
    /// <param name="value">The value, which may be NaN or infinite; all its bits are kept.</param>
    public void Append(double value) => AppendBits(ParquetType.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Appends a value to a String column.</summary>
    /// <param name="value">The text, of at most 2^26 bytes in UTF-8; null appends a null.</param>
    /// <exception cref="ArgumentException">The text has an unpaired surrogate, or is too long.</exception>
    public void Append(string? value)
    {
        RequireType(ParquetType.String);
        if (value is null)
        {
            AppendNull();
            return;
        }

        int size;
        try
        {
            size = Format.Utf8.GetByteCount(value);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"Column '{_column.Name}': a text with an unpaired surrogate", nameof(value), e);
        }

        if (size > MaxTextBytes)
        {
            throw new ArgumentException($"Column '{_column.Name}': a text of {size} bytes, more than {MaxTextBytes}", nameof(value));
        }

        StartValue(present: true);
        int start = ValueCount == 0 ? 0 : _textEnds[ValueCount - 1];
        if (start + size > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(start + size, 2 * _text.Length));
        }

        Grow(ref _textEnds, ValueCount);
        _textEnds[ValueCount++] = start + Format.Utf8.GetBytes(value, _text.AsSpan(start));
    }

    /// <summary>Appends a value to a Boolean column, or a null.</summary>
    /// <param name="value">The value, if there is one.</param>
    public void Append(bool? value) => AppendBits(ParquetType.Boolean, value is { } v ? (v ? 1 : 0) : null);

    /// <summary>Appends a value to an Int32 column, or a null.</summary>
    /// <param name="value">The value, if there is one.</param>
    public void Append(int? value) => AppendBits(ParquetType.Int32, value);

    /// <summary>Appends a value to an Int64 column, or a null.</summary>
    /// <param name="value">The value, if there is one.</param>
    public void Append(long? value) => AppendBits(ParquetType.Int64, value);

    /// <summary>Appends a value to a Double column, or a null.</summary>
    /// <param name="value">The value, if there is one.</param>
    public void Append(double? value) =>
        AppendBits(ParquetType.Double, value is { } v ? BitConverter.DoubleToInt64Bits(v) : null);

    /// <summary>Appends a null to an optional column of any type.</summary>
    public void AppendNull() => StartValue(present: false);

    /// <summary>The UTF-8 bytes of a String column's value.</summary>
    internal ReadOnlySpan<byte> Text(int value)
    {
        int start = value == 0 ? 0 : _textEnds[value - 1];
        return _text.AsSpan(start, _textEnds[value] - start);
    }

    internal void EndRow() => _rowFilled = false;

    internal void Clear()
    {
        RowCount = 0;
        ValueCount = 0;
    }

    private void AppendBits(ParquetType type, long? bits)
    {
        RequireType(type);
        StartValue(bits is not null);
        if (bits is { } value)
        {
            Grow(ref _bits, ValueCount);
            _bits[ValueCount++] = value;
        }
    }

    private void RequireType(ParquetType type)
    {
        if (type != _column.Type)
        {
            throw new InvalidOperationException($"Column '{_column.Name}' is {_column.Type}; a {type} was appended");
        }
    }

    private void StartValue(bool present)
    {
        if (_rowFilled)
        {
            throw new InvalidOperationException($"Column '{_column.Name}' already has this row's value");
        }

        if (_column.Optional)
        {
            Grow(ref _levels, RowCount);
            _levels[RowCount] = present ? 1 : 0;
        }
        else if (!present)
        {
            throw new InvalidOperationException($"Column '{_column.Name}' is required; a null was appended");
        }

        RowCount++;
        _rowFilled = true;
    }

    private static void Grow<T>(ref T[] array, int used)
    {
        if (used == array.Length)
        {
            Array.Resize(ref array, Math.Max(64, 2 * used));
        }
    }
}
