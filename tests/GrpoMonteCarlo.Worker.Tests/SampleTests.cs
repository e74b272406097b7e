using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>samples/sample is what samples/sample.json gives, and results/README.md says of it what it holds.</summary>
public sealed class SampleTests : IDisposable
{
    private static readonly Results Sample = new(Repository.PathOf("samples/sample"));

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Its_bytes_come_out_again()
    {
        Results again = _workspace.RunExperiment(File.ReadAllText(Repository.PathOf("samples/sample.json")), "sample");
        Assert.Equal(again.Digests, Sample.Digests);
        Assert.Equal(3, again.Digests.Split('\n').Length);
        JsonNode manifest = Sample.Manifest;
        Assert.Equal((string?)again.Manifest["experimentHash"], (string?)manifest["experimentHash"]);
        Assert.All(manifest["files"]!.AsArray(), file => Assert.Equal(Workspace.HashOf(Sample.PathOf((string)file!["name"]!)), (string)file["sha256"]!));
        Assert.True((bool)manifest["certificate"]!["passed"]!);
    }

    [Fact]
    public void It_is_small() => Assert.InRange(
        ((string[])["summary.parquet", "cells.parquet", "trajectories.parquet", "manifest.json"]).Sum(name => new FileInfo(Sample.PathOf(name)).Length), 0, 300_000);

    [Fact]
    public void The_bounds_that_the_pandas_query_prints_are_those_of_the_sample()
    {
        DatasetTable paths = Sample.Read("trajectories.parquet");
        DatasetTable cells = Sample.Read("cells.parquet");
        string[] said = [.. new MarkdownPage("results/README.md").Blocks("text")[0].TrimEnd('\n').Split('\n').Skip(2)];
        Assert.Equal(cells.Rows, said.Length);
        Assert.All(Enumerable.Range(0, cells.Rows), cell =>
        {
            int[] late = [.. Enumerable.Range(0, paths.Rows).Where(row => paths.Int32("cell", row) == cell && paths.Int32("iteration", row) > 10)];
            double[] sorted = [.. late.Select(row => paths.Double("p", row)).Order()];
            double degenerate = late.Average(row => paths.Int64("degenerate_groups", row) / (double)cells.Int64("groups", cell));
            double[] expected = [cells.Int32("group_size", cell), Quantile(sorted, 0.05), Quantile(sorted, 0.5), Quantile(sorted, 0.95), degenerate];
            double[] found = [.. said[cell].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => double.Parse(word, System.Globalization.CultureInfo.InvariantCulture))];
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 5.001e-4));
        });
    }

    [Fact]
    public void The_power_that_the_R_query_prints_is_that_of_the_sample()
    {
        DatasetTable summary = Sample.Read("summary.parquet");
        int[] last = [.. Enumerable.Range(0, summary.Rows).Where(row => summary.Int32("iteration", row) == 20)];
        double[] x = [.. last.Select(row => Math.Log(summary.Int32("group_size", row)))];
        double[] y = [.. last.Select(row => Math.Log(-summary.Double("deviation_theory", row)))];
        double[] weights = [.. last.Select(row => Math.Pow(summary.Double("deviation_theory", row) / summary.Double("p_se", row), 2))];
        double total = weights.Sum();
        double meanX = x.Zip(weights).Sum(pair => pair.First * pair.Second) / total;
        double meanY = y.Zip(weights).Sum(pair => pair.First * pair.Second) / total;
        double spread = x.Zip(weights).Sum(pair => Math.Pow(pair.First - meanX, 2) * pair.Second);
        double slope = Enumerable.Range(0, x.Length).Sum(i => weights[i] * (x[i] - meanX) * (y[i] - meanY)) / spread;
        double residual = Enumerable.Range(0, x.Length).Sum(i => weights[i] * Math.Pow(y[i] - meanY - (slope * (x[i] - meanX)), 2));
        double error = Math.Sqrt(residual / (x.Length - 2) / spread);
        Assert.EndsWith(
            FormattableString.Invariant($"{slope:F2}{error,11:F2}\n"), new MarkdownPage("results/README.md").Blocks("text")[1], StringComparison.Ordinal);
    }

    // Between the two nearest, in proportion.
    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = Math.Min((int)place, sorted.Length - 2);
        return sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
