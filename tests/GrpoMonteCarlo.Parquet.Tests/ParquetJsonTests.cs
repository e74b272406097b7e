using System.Text;
using System.Text.Json;

namespace GrpoMonteCarlo.Parquet.Tests;

public class ParquetJsonTests
{
    private static readonly Table Example = new(
        [
            new("flag", ParquetType.Boolean, true), new("small", ParquetType.Int32, false), new("big", ParquetType.Int64, false),
            new("real", ParquetType.Double, true), new("text", ParquetType.String, true),
        ],
        [
            [true, null, false, true],
            [1, -2, int.MaxValue, 0],
            [9007199254740993L, long.MinValue, 0L, 1L],
            [-0.0, double.NaN, double.NegativeInfinity, 0.1],
            ["\"\\\n", "NaN", null, "ü"],
        ]);

    [Fact]
    public void A_file_is_printed_to_the_last_bit()
    {
        const string Expected = """
            {"columns":[{"name":"flag","type":"boolean","optional":true},{"name":"small","type":"int32","optional":false},{"name":"big","type":"int64","optional":false},{"name":"real","type":"double","optional":true},{"name":"text","type":"string","optional":true}],"metadata":{"k":"v"},"rowCount":4,"rows":[[true,1,9007199254740993,-0,"\u0022\\\n"],[null,-2,-9223372036854775808,"NaN","NaN"],[false,2147483647,0,"-Infinity",null],[true,0,1,0.1,"\u00FC"]]}

            """;
        Assert.Equal(Expected, Print(Example, null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9)]
    public void Only_the_first_rows_are_printed_when_so_asked(int head)
    {
        using JsonDocument json = JsonDocument.Parse(Print(Example, head));
        Assert.Equal(Math.Min(head, 4), json.RootElement.GetProperty("rows").GetArrayLength());
        Assert.Equal(4, json.RootElement.GetProperty("rowCount").GetInt64());
    }

    [Fact]
    public void Only_some_columns_are_printed_when_so_asked()
    {
        using JsonDocument json = JsonDocument.Parse(Print(Example, 2, [2, 0]));
        Assert.Equal(["big", "flag"], json.RootElement.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("name").GetString()!));
        Assert.Equal("[[9007199254740993,true],[-9223372036854775808,null]]", json.RootElement.GetProperty("rows").GetRawText());
        Assert.Throws<ArgumentOutOfRangeException>(() => Print(Example, null, [0, 5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Print(Example, null, [-1]));
    }

    [Fact]
    public void Doubles_come_back_from_their_digits()
    {
        Random random = new(6);
        object?[] values = [.. RandomTable.Column(ParquetType.Double, false, Shape.HighCardinality, 5000, random)];
        using JsonDocument json = JsonDocument.Parse(Print(Table.OfOne(ParquetType.Double, false, values), null));
        Assert.Equal(values.Select(v => (double)v!), json.RootElement.GetProperty("rows").EnumerateArray().Select(row => row[0].GetDouble()));
    }

    [Fact]
    public void A_negative_head_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Print(Example, -1));

    private static string Print(Table table, int? head, int[]? columns = null)
    {
        using ParquetReader reader = ParquetReader.Open(new MemoryStream(table.Write(rowsPerGroup: 2, metadata: [new("k", "v")])));
        using MemoryStream output = new();
        ParquetJson.Write(reader, output, head, columns);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
