using System.Text;

namespace GrpoMonteCarlo.Parquet.Tests;

public class StatisticsTests
{
    [Fact]
    public void Integers_have_their_least_and_greatest_values()
    {
        AssertBounds(BitConverter.GetBytes(int.MinValue), BitConverter.GetBytes(9), 1, Of(ParquetType.Int32, 9, null, -3, int.MinValue));
        AssertBounds(BitConverter.GetBytes(-1L << 60), BitConverter.GetBytes(long.MaxValue), 0, Of(ParquetType.Int64, 5L, long.MaxValue, -1L << 60));
        AssertBounds([0], [1], 0, Of(ParquetType.Boolean, true, false));
        AssertBounds([1], [1], 2, Of(ParquetType.Boolean, null, true, null));
    }

    [Fact]
    public void Doubles_bounds_have_no_nan_and_take_in_both_zeros()
    {
        AssertBounds(Double(-2.5), Double(7), 1, Of(ParquetType.Double, double.NaN, 7.0, null, -2.5, double.NaN));
        AssertBounds(Double(double.NegativeInfinity), Double(double.PositiveInfinity), 0, Of(ParquetType.Double, double.PositiveInfinity, double.NegativeInfinity));
        AssertBounds(Double(-0.0), Double(0.0), 0, Of(ParquetType.Double, 0.0));
        AssertBounds(Double(-0.0), Double(0.0), 0, Of(ParquetType.Double, -0.0));
        AssertBounds(Double(-0.0), Double(3), 0, Of(ParquetType.Double, 3.0, 0.0));
        AssertBounds(Double(-3), Double(0.0), 0, Of(ParquetType.Double, -0.0, -3.0));
        AssertBounds(null, null, 1, Of(ParquetType.Double, double.NaN, null, -double.NaN));
        AssertBounds(Double(double.PositiveInfinity), Double(double.PositiveInfinity), 0, Of(ParquetType.Double, double.PositiveInfinity, double.NaN));
    }

    [Fact]
    public void Texts_are_ordered_by_their_bytes_and_long_ones_have_no_bounds()
    {
        // UTF-16 would put the second before the first.
        AssertBounds("\uFF5E"u8.ToArray(), "🐈"u8.ToArray(), 0, Of(ParquetType.String, "🐈", "\uFF5E"));
        AssertBounds([], "b"u8.ToArray(), 1, Of(ParquetType.String, "b", null, "", "B"));
        AssertBounds(Encoding.UTF8.GetBytes(new string('a', 64)), "b"u8.ToArray(), 0, Of(ParquetType.String, "b", new string('a', 64)));
        AssertBounds(null, null, 0, Of(ParquetType.String, "b", new string('a', 65)));
        AssertBounds(null, null, 0, Of(ParquetType.String, "b", "z" + new string('ü', 32)));
    }

    [Fact]
    public void Nulls_only_have_a_count_and_no_bounds()
    {
        foreach (ParquetType type in RandomTable.Types)
        {
            AssertBounds(null, null, 3, Of(type, null, null, null));
        }
    }

    [Fact]
    public void Every_row_group_has_its_own()
    {
        using ParquetReader reader = ParquetReader.Open(new MemoryStream(
            Table.OfOne(ParquetType.Int32, true, 1, 2, null, 3, 4, 5).Write(rowsPerGroup: 3)));
        AssertBounds(BitConverter.GetBytes(1), BitConverter.GetBytes(2), 1, reader.File.RowGroups[0].Chunks[0].Statistics!);
        AssertBounds(BitConverter.GetBytes(3), BitConverter.GetBytes(5), 0, reader.File.RowGroups[1].Chunks[0].Statistics!);
    }

    private static void AssertBounds(byte[]? min, byte[]? max, long nulls, ColumnStatistics found)
    {
        Assert.Equal(min, found.Min);
        Assert.Equal(max, found.Max);
        Assert.Equal(nulls, found.NullCount);
    }

    // As they come back from a file.
    private static ColumnStatistics Of(ParquetType type, params object?[] values)
    {
        using ParquetReader reader = ParquetReader.Open(new MemoryStream(Table.OfOne(type, true, values).Write()));
        return reader.File.RowGroups[0].Chunks[0].Statistics!;
    }

    private static byte[] Double(double value) => BitConverter.GetBytes(value);
}
