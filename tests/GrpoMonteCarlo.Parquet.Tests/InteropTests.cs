using System.Diagnostics;

namespace GrpoMonteCarlo.Parquet.Tests;

/// <summary>DuckDB and parquet-wasm read our files, and the fixtures, to the values that our reader prints.</summary>
public sealed class InteropTests : IDisposable
{
    private static readonly string Interop = Repository.Folder("tests/interop");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parquet-interop");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Others_read_every_type_and_shape(bool optional)
    {
        List<ParquetColumn> columns = [];
        List<object?[]> values = [];
        foreach (ParquetType type in RandomTable.Types)
        {
            foreach (Shape shape in RandomTable.Shapes)
            {
                columns.Add(new ParquetColumn($"{type} {shape}", type, optional));
                values.Add(RandomTable.Column(type, optional, shape, 1500, new Random(7)));
            }
        }

        Table table = new([.. columns], [.. values]);
        Compare(table.Write(), 1500, columns.Count);
        Compare(table.Write(rowsPerGroup: 400, metadata: [new("maker", "tests"), new("ключ", "{\"a\": \"🐈\"}"), new("empty", "")]), 1500, columns.Count);
    }

    [Fact]
    public void Others_read_an_empty_file()
    {
        ParquetColumn[] columns = [.. RandomTable.Types.Select(type => new ParquetColumn(type.ToString(), type, type != ParquetType.Int64))];
        Compare(new Table(columns, [.. columns.Select(_ => Array.Empty<object?>())]).Write(), 0, 5);
    }

    [Fact]
    public void Others_read_one_row() => Compare(Table.OfOne(ParquetType.Double, false, -0.0).Write(), 1, 1);

    [Fact]
    public void Others_read_chunks_of_several_pages()
    {
        Random random = new(8);
        object?[] doubles = [.. Enumerable.Range(0, 300_000).Select(i => i % 3 == 0 ? null : (object)random.NextDouble())];
        object?[] texts = [.. doubles.Select((_, i) => (object)$"{i % 1000:D10}")];
        object?[] flags = [.. doubles.Select((_, i) => (object)(i % 1000 < 300))];
        Table table = new(
            [new("d", ParquetType.Double, true), new("t", ParquetType.String, false), new("b", ParquetType.Boolean, false)], [doubles, texts, flags]);
        Compare(table.Write(rowsPerGroup: 280_000), 300_000, 3);
    }

    [Fact]
    public void Others_read_random_tables()
    {
        for (int seed = 0; seed < 8; seed++)
        {
            Table table = RandomTable.Make(seed);
            Compare(table.Write(rowsPerGroup: 700), table.RowCount, table.Columns.Length);
        }
    }

    [Theory]
    [InlineData("duckdb-gzip")]
    [InlineData("wasm-v1-gzip-pages")]
    [InlineData("wasm-v2-gzip-pages")]
    [InlineData("wasm-v2-uncompressed-pages")]
    public void Others_read_their_own_files_as_we_do(string name) => Compare(File.ReadAllBytes(FixtureTests.PathOf(name)), 600, 6);

    [Fact]
    public void The_comparison_finds_what_differs()
    {
        // The dump of one file against another file, which has a -0.0 for its 0.0 and a neighbour beyond 2^53.
        static Table Make(double zero, long big) => new(
            [new("d", ParquetType.Double, false), new("l", ParquetType.Int64, false)], [[1.0, zero], [2L, big]]);
        string dump = WriteDump(Make(0.0, (1L << 53) + 1).Write(), "one");
        WriteDump(Make(-0.0, 1L << 53).Write(), "two");
        (int exit, string said) = Run(Path.Combine(_folder.FullName, "two.parquet"), dump);
        Assert.Equal(1, exit);
        Assert.Contains("duckdb: column 'd', row 1: -0, where the dump says 0", said, StringComparison.Ordinal);
        Assert.Contains("duckdb: column 'l', row 1: 9007199254740992n, where the dump says 9007199254740993n", said, StringComparison.Ordinal);
        Assert.Contains("parquet-wasm: column 'd', row 1", said, StringComparison.Ordinal);
        Assert.Contains("parquet-wasm: column 'l', row 1", said, StringComparison.Ordinal);
    }

    private void Compare(byte[] file, int rows, int columns)
    {
        string dump = WriteDump(file, "ours");
        string path = Path.Combine(_folder.FullName, "ours.parquet");
        (int exit, string said) = Run(path, dump);
        Assert.True(exit == 0, said);
        Assert.Equal($"{path}: duckdb ok, parquet-wasm ok ({rows} rows, {columns} columns)", said.Trim());
    }

    private string WriteDump(byte[] file, string name)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path + ".parquet", file);
        using ParquetReader reader = ParquetReader.Open(path + ".parquet");
        using FileStream dump = File.Create(path + ".json");
        ParquetJson.Write(reader, dump);
        return path + ".json";
    }

    private static (int Exit, string Said) Run(string file, string dump)
    {
        RequireInterop();
        ProcessStartInfo start = new("node", [Path.Combine(Interop, "compare.mjs"), file, dump])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + errors.GetAwaiter().GetResult());
    }

    private static void RequireInterop()
    {
        string? missing = !Directory.Exists(Path.Combine(Interop, "node_modules")) ? "tests/interop/node_modules is not there: run npm ci --prefix tests/interop"
            : !HasNode() ? "node is not on the PATH: install Node.js 20, then run npm ci --prefix tests/interop"
            : null;
        if (Environment.GetEnvironmentVariable("GRPOMC_REQUIRE_INTEROP") == "1")
        {
            Assert.True(missing is null, missing);
        }

        Assert.SkipUnless(missing is null, missing ?? "");
    }

    private static bool HasNode()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")));
    }
}
