using System.Diagnostics;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>DuckDB and parquet-wasm read the datasets to what <c>grpomc show --json</c> prints.</summary>
public sealed class InteropTests(MixedRun mixed, VariantsRun variants, CoupledRun coupled) : IDisposable
{
    private static readonly string Interop = Repository.PathOf("tests/interop");

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("summary.parquet")]
    [InlineData("cells.parquet")]
    [InlineData("trajectories.parquet")]
    public void Others_read_a_dataset_as_we_do(string name) => Compare(mixed.Results, name);

    [Theory]
    [InlineData("summary.parquet")]
    [InlineData("cells.parquet")]
    [InlineData("pass_at_k.parquet")]
    [InlineData("trajectories.parquet")]
    public void Others_read_a_dataset_of_variants_as_we_do(string name) => Compare(variants.Results, name);

    [Fact]
    public void Others_read_differences_as_we_do() => Compare(coupled.Results, "differences.parquet");

    [Fact]
    public void Others_read_first_passages_as_we_do()
    {
        RequireInterop();
        Results results = _workspace.RunExperiment(PassageTests.Mixed, "passages");
        Assert.All(["passages.parquet", "basins.parquet", "passage_times.parquet"], name => Compare(results, name));
    }

    [Fact]
    public void Optional_texts_are_among_what_is_compared()
    {
        // Some null and some not, or the comparison would not show how they are read.
        DatasetTable cells = variants.PerCell;
        Assert.All(["reference", "kl", "degenerate_kl"], name => Assert.Equal(2, Enumerable.Range(0, cells.Rows).Select(row => cells.IsNull(name, row)).Distinct().Count()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Others_read_columns_of_nulls_as_we_do(int replicates)
    {
        RequireInterop();
        Results results = _workspace.RunExperiment(MixedRun.Experiment.Replace("\"replicates\": 60", $"\"replicates\": {replicates}", StringComparison.Ordinal), "few");
        Compare(results, "summary.parquet");
        Compare(results, "cells.parquet");

        results = _workspace.RunExperiment(VariantsRun.Experiment.Replace("\"replicates\": 40", $"\"replicates\": {replicates}", StringComparison.Ordinal), "few variants");
        Compare(results, "summary.parquet");
        Compare(results, "pass_at_k.parquet");
    }

    [Fact]
    public void DuckDB_answers_the_query_of_the_readme_as_it_says()
    {
        RequireInterop();
        var readMe = new MarkdownPage("results/README.md");
        string said = Node(new MarkdownPage("README.md").Folder, "query.mjs", Assert.Single(readMe.Blocks("sql")));
        string[] rows = said.Split('\n');
        Assert.Equal(7, rows.Length);
        Assert.Contains($"\n\n{rows[0]}\n| --- | ---: | ---: | ---: |\n{string.Join('\n', rows[1..])}\n\n", readMe.Text, StringComparison.Ordinal);
    }

    private void Compare(Results results, string name)
    {
        RequireInterop();
        string file = results.PathOf(name);
        string dump = _workspace.Write($"{name}.json", Grpomc.Run(results.Folder, ["show", name, "--json"]).Expect(0).Output);
        string said = Node(_workspace.Folder, "compare.mjs", file, dump);
        DatasetTable table = results.Read(name);
        Assert.Equal($"{file}: duckdb ok, parquet-wasm ok ({table.Rows} rows, {table.Columns.Length} columns)", said);
    }

    private static string Node(string folder, string script, params string[] arguments)
    {
        ProcessStartInfo start = new("node", [Path.Combine(Interop, script), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said + errors.GetAwaiter().GetResult());
        return said.Trim();
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
