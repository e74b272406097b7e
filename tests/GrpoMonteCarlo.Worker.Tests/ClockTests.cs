using System.Text.RegularExpressions;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>The clock on the wall may jump in either direction: it says in the manifest when a run began, and decides nothing.</summary>
public sealed partial class ClockTests
{
    [Fact]
    public void Only_the_beginning_of_a_run_is_read_from_the_clock_on_the_wall()
    {
        string[] readings = [.. Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .SelectMany(path => WallClock().Matches(File.ReadAllText(path)).Select(match => $"{Path.GetFileName(path)}: {match.Value}"))];
        Assert.Equal(["RunService.cs: GetUtcNow"], readings);
    }

    [GeneratedRegex("DateTime(Offset)?\\.(Utc)?Now|DateTime\\.Today|Get(Utc|Local)Now|LastWriteTime|CreationTime|LastAccessTime")]
    private static partial Regex WallClock();
}
