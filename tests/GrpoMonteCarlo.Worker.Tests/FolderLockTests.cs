using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>At most one process writes a folder. Two open files conflict within a process as they do between two.</summary>
public sealed class FolderLockTests : IDisposable
{
    private const string Experiment = """
        { "name": "locked", "seed": 1, "iterations": 1, "replicates": 2, "grid": { "pRef": 0.2, "beta": 1, "groupSize": 2, "groups": 4 } }
        """;

    private readonly Workspace _workspace = new();
    private readonly List<string> _warnings = [];

    private string LockFile => _workspace.PathOf("lock");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void It_is_held_until_it_is_let_go_of()
    {
        using (FolderLock held = Take())
        {
            Assert.True(held.FileExists);
            BadInputException refused = Assert.Throws<BadInputException>(Take);
            Assert.Equal("out: another process is running an experiment in it", refused.Message);
        }

        Take().Dispose();
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Whatever_a_dead_process_left_in_the_file_it_is_taken_over()
    {
        File.WriteAllText(LockFile, "12345");
        Take().Dispose();
        Assert.Equal("12345", File.ReadAllText(LockFile));
    }

    [Fact]
    public void Never_two_hold_it_however_often_it_changes_hands()
    {
        int holders = 0;
        int taken = 0;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            for (int i = 0; i < 4000; i++)
            {
                try
                {
                    using FolderLock held = Take();
                    Assert.Equal(1, Interlocked.Increment(ref holders));
                    Thread.Yield();
                    Interlocked.Decrement(ref holders);
                    Interlocked.Increment(ref taken);
                }
                catch (BadInputException)
                {
                }
            }
        });
        Assert.NotEqual(0, taken);
    }

    [Fact]
    public void Of_two_processes_that_begin_at_once_one_runs_and_the_other_says_so_or_both_run_in_turn()
    {
        _workspace.Write("experiment.json", Experiment);
        for (int round = 0; round < 3; round++)
        {
            string output = $"out-{round}";
            using Grpomc one = Grpomc.Start(_workspace.Folder, ["run", "experiment.json", "--out", output, "--no-progress"]);
            using Grpomc other = Grpomc.Start(_workspace.Folder, ["run", "experiment.json", "--out", output, "--no-progress"]);
            Answer[] answers = [one.Wait(), other.Wait()];
            Assert.Contains(answers, answer => answer.ExitCode == 0);
            foreach (Answer answer in answers.Where(answer => answer.ExitCode != 0))
            {
                Refusal.Check(answer, output, "another process");
            }
        }
    }

    [Fact]
    public void A_file_system_without_locks_is_said_to_have_none()
    {
        // As the runtime sees a file system that has no flock.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are always locks there");
        _workspace.Write("experiment.json", Experiment);
        Answer answer = Grpomc.Run(
            _workspace.Folder, ["run", "experiment.json", "--out", "out", "--no-progress"], ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1")).Expect(0);
        Assert.Contains("out: its file system has no locks", Assert.Single(answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private FolderLock Take() => FolderLock.Take("out", LockFile, _warnings.Add);
}
