namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>A run ends in its report, and a report that is there is that of the datasets beside it.</summary>
public sealed class ReportOfRunTests : IDisposable
{
    private const string Small = """
        { "name": "small", "seed": 4, "iterations": 3, "replicates": 20, "grid": { "pRef": 0.2, "beta": [1, 2], "groupSize": [2, 8], "groups": 30 } }
        """;

    private readonly Workspace _workspace = new();

    public ReportOfRunTests() => _workspace.Write("small.json", Small);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void It_is_the_one_that_the_command_writes()
    {
        string output = Run().Output;
        Assert.EndsWith($"report: {Path.Combine("out", "report.html")}\n", output, StringComparison.Ordinal);
        string[] files = ReportFiles();
        Assert.Contains("report.html", files);
        Assert.Contains(Path.Combine("figures", "deviation.svg"), files);
        Assert.Contains(Path.Combine("tables", "cells.tex"), files);
        string[] before = _workspace.Snapshot();
        _workspace.Run("report", "out").Expect(0);
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void It_can_be_left_out_and_then_none_is_left_from_before()
    {
        Run();
        File.WriteAllText(_workspace.PathOf("out", "figures", "mine.svg"), "<svg/>");
        Assert.DoesNotContain("report", Run("--no-report", "--set", "replicates=30").Output, StringComparison.Ordinal);
        Assert.Equal([Path.Combine("figures", "mine.svg")], ReportFiles());
    }

    [Fact]
    public void A_run_begun_again_has_none_before_it_is_done()
    {
        Run();
        string[] earlier = Directory.GetDirectories(_workspace.PathOf("out", "state"));
        using Grpomc process = Grpomc.Start(
            _workspace.Folder,
            ["run", "small.json", "--out", "out", "--fresh", "--workers", "1", "--set", "replicates=100000000", "--set", "grid.groups=100000"]);
        process.WaitUntil(() => Directory.EnumerateDirectories(_workspace.PathOf("out", "state")).Except(earlier).Any(), "state");
        process.Kill();
        process.Wait();
        Assert.Empty(ReportFiles());
    }

    [Fact]
    public void Figures_that_the_experiment_no_longer_asks_for_go()
    {
        Run();
        Run("--set", "grid.groupSize=8");
        Assert.DoesNotContain(Path.Combine("figures", "deviation.svg"), ReportFiles());
        Assert.Contains(Path.Combine("figures", "iterates.svg"), ReportFiles());
    }

    private Answer Run(params string[] options) => _workspace.Run(["run", "small.json", "--out", "out", "--no-progress", .. options]).Expect(0);

    private string[] ReportFiles()
    {
        string folder = _workspace.PathOf("out");
        return
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folder, path))
                .Where(path => path.StartsWith("figures", StringComparison.Ordinal)
                    || path.StartsWith("tables", StringComparison.Ordinal)
                    || path.EndsWith(".html", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }
}
