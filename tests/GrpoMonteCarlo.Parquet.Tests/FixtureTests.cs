namespace GrpoMonteCarlo.Parquet.Tests;

/// <summary>Files that other implementations wrote; tests/interop/fixtures.mjs makes them.</summary>
public class FixtureTests
{
    [Theory]
    [InlineData("duckdb-gzip")]
    [InlineData("duckdb-uncompressed")]
    [InlineData("wasm-v1-gzip-pages")]
    [InlineData("wasm-v2-gzip-pages")]
    [InlineData("wasm-v2-uncompressed-pages")]
    public void A_file_of_another_implementation_is_read(string name)
    {
        using ParquetReader reader = ParquetReader.Open(PathOf(name));
        Assert.Equal(new KeyValuePair<string, string>("maker", name.StartsWith("duckdb", StringComparison.Ordinal) ? "duckdb" : "parquet-wasm"), reader.Metadata[0]);
        Assert.NotEmpty(reader.CreatedBy);

        Table found = Table.Read(File.ReadAllBytes(PathOf(name)));

        // DuckDB writes every column as optional.
        Table expected = Expected();
        Assert.Equal(expected.Columns.Select(c => (c.Name, c.Type)), found.Columns.Select(c => (c.Name, c.Type)));
        Table.AssertSame(expected with { Columns = found.Columns }, found);
    }

    [Fact]
    public void The_files_have_the_parts_of_the_format_that_we_do_not_write()
    {
        Assert.Contains(Pages("duckdb-gzip"), page => page.UnpackedSize > page.Size);
        Assert.Contains(Pages("wasm-v1-gzip-pages"), page => page.Kind == PageKind.Data);
        Assert.Contains(Pages("wasm-v2-gzip-pages"), page => page is { Kind: PageKind.DataV2, Compressed: true, LevelBytes: > 0 });
        Assert.Contains(Pages("wasm-v2-gzip-pages"), page => page is { Kind: PageKind.DataV2, Encoding: PageEncoding.Rle });
        Assert.Contains(Pages("wasm-v2-gzip-pages"), page => page is { Kind: PageKind.DataV2, Encoding: PageEncoding.Plain });
        Assert.Contains(Pages("wasm-v2-uncompressed-pages"), page => page is { Kind: PageKind.DataV2, Encoding: PageEncoding.RleDictionary });
        Assert.InRange(Pages("wasm-v2-gzip-pages").Count(page => page.Kind == PageKind.DataV2), 15, 200);
    }

    internal static string PathOf(string name) => Path.Combine(Repository.Folder("tests/interop/fixtures"), name + ".parquet");

    private static List<PageHeader> Pages(string name)
    {
        byte[] file = File.ReadAllBytes(PathOf(name));
        return [.. Enumerable.Range(0, 6).SelectMany(column => Table.Pages(file, 0, column))];
    }

    private static Table Expected()
    {
        const int Rows = 600;

        // JavaScript's NaN, which has another sign than .NET's.
        double[] odd = [BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0000), double.PositiveInfinity, double.NegativeInfinity, -0.0];
        int[] rows = [.. Enumerable.Range(0, Rows)];
        return new Table(
            [
                new("row", ParquetType.Int32, false), new("flag", ParquetType.Boolean, true), new("small", ParquetType.Int32, true),
                new("big", ParquetType.Int64, true), new("real", ParquetType.Double, true), new("text", ParquetType.String, true),
            ],
            [
                [.. rows.Select(i => (object)i)],
                [.. rows.Select(i => i % 5 == 3 ? null : (object)(i % 3 == 0))],
                [.. rows.Select(i => i % 7 == 5 ? null : (object)((i >> 5) - 10))],
                [.. rows.Select(i => i % 11 == 0 ? null : (object)(9007199254740993L * (i - 300)))],
                [.. rows.Select(i => i % 13 == 12 ? null : (object)(i % 20 < 4 ? odd[i % 20] : i / 7.0))],
                [.. rows.Select(i => i % 4 == 1 ? null : i % 10 == 0 ? "" : (object)$"naïve {i % 30} 猫🐈")],
            ]);
    }
}
