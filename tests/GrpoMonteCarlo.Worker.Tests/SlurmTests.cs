using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>experiments/slurm on a real Slurm of one node: shards that were stopped go on, and combine to what one run writes.</summary>
public sealed partial class SlurmTests(SlurmTests.Cluster cluster) : IClassFixture<SlurmTests.Cluster>, IDisposable
{
    // Of four shards each takes a second or two, or, made slow, some 15 seconds.
    private const string Experiment = """
        {
          "name": "long", "seed": 3, "iterations": 40, "replicates": 2400,
          "grid": { "pRef": [0.2, 0.6], "beta": [1, 3], "groupSize": 256, "groups": 64 }, "sampler": "rollouts"
        }
        """;

    private const double RolloutsPerReplicate = 40.0 * 256 * 64;

    private const string MakeSlow = "export GRPOMC_ISA=scalar DOTNET_JITMinOpts=1";

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Tasks_that_were_stopped_and_requeued_go_on_and_all_combine_to_the_bytes_of_one_run()
    {
        cluster.Require();
        (string array, string combine) = Submit(4, $$"""
            case "$SLURM_ARRAY_TASK_ID ${SLURM_RESTART_COUNT:-0}" in
              "2 0" | "4 0") {{MakeSlow}} ;;
              "3 0") while [ ! -e stopped ]; do sleep 0.1; done ;;
            esac
            """);
        int[] stopped = [2, 4];
        Dictionary<string, string>[] saved = [.. stopped.Select(task => WaitForRanges(ResultsOf($"{task}-of-4")))];
        Assert.Equal("PENDING", StateOf(combine));

        // From outside, as at a preemption; and as Slurm announces the end of a time limit, to the task whose job id is the array's.
        cluster.Run("scontrol", "requeue", $"{array}_2");
        cluster.Run("scancel", "--batch", "--signal=USR1", $"{array}_4");
        foreach (int task in stopped)
        {
            WaitUntil(() => StateOf($"{array}_{task}") is not ("RUNNING" or "COMPLETING"), $"task {task} was stopped");
            Assert.Equal("PENDING", StateOf($"{array}_{task}"));
            cluster.Run("scontrol", "update", $"JobId={array}_{task}", "StartTime=now"); // or it waits for two minutes
        }

        // Until now one task has not ended: Slurm 22.05 has been seen to give up the combining job when the last one is on its way back.
        _workspace.Write("stopped", "");

        string end = EndOf(combine);
        Assert.True(end == "COMPLETED 0:0", $"{end}\n{string.Join('\n', Enumerable.Range(1, 4).Select(task => Story($"{array}_{task}")))}");
        Assert.Equal(["0", "1", "0", "1"], Enumerable.Range(1, 4).Select(task => FieldOf($"{array}_{task}", "Restarts")));
        Assert.Equal(_workspace.RunExperiment(Experiment, "alone").Digests, new Results(_workspace.PathOf("results", "long")).Digests);
        foreach ((int task, Dictionary<string, string> before) in stopped.Zip(saved))
        {
            WentOn(ResultsOf($"{task}-of-4"), before);
            string log = File.ReadAllText(_workspace.PathOf($"slurm-{array}_{task}.out"));
            Assert.Contains("stopped; what is finished is saved", log, StringComparison.Ordinal);
            Assert.Contains($"shard {task}/4 of long: done", log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_task_that_failed_or_was_cancelled_stays_so_and_submitting_again_goes_on()
    {
        cluster.Require();
        _workspace.Write("broken", "");
        const string Start = $"""
            if [ -e broken ]; then
              case $SLURM_ARRAY_TASK_ID in
                1) exit 1 ;;
                2) {MakeSlow} ;;
              esac
            fi
            """;
        (string array, string combine) = Submit(3, Start);
        Results cancelled = ResultsOf("2-of-3");
        Dictionary<string, string> saved = WaitForRanges(cancelled);
        cluster.Run("scancel", $"{array}_2");

        Assert.StartsWith("CANCELLED", EndOf(combine), StringComparison.Ordinal);
        Assert.Equal("FAILED 1:0", EndOf($"{array}_1"));
        Assert.Equal("CANCELLED 143:0", EndOf($"{array}_2"));
        Assert.Equal("COMPLETED 0:0", EndOf($"{array}_3"));
        Assert.False(Directory.Exists(_workspace.PathOf("results", "long")));

        File.Delete(_workspace.PathOf("broken"));
        (_, combine) = Submit(3, Start);
        Assert.Equal("COMPLETED 0:0", EndOf(combine));
        Assert.Equal(_workspace.RunExperiment(Experiment, "alone").Digests, new Results(_workspace.PathOf("results", "long")).Digests);
        WentOn(cancelled, saved);
        Assert.Equal(0, ResultsOf("3-of-3").Rollouts[^1]);
    }

    [GeneratedRegex(@"^array (\d+) of \d+ shards, combine (\d+)\n$")]
    private static partial Regex Submitted();

    private static void WaitUntil(Func<bool> happened, string what)
    {
        long started = Stopwatch.GetTimestamp();
        while (!happened())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Grpomc.Patience, $"not after {Grpomc.Patience}: {what}");
            Thread.Sleep(100);
        }
    }

    private static Dictionary<string, string> WaitForRanges(Results results)
    {
        WaitUntil(() => results.Ranges.Count > 0, $"a first range was saved in {results.Folder}");
        return results.Ranges;
    }

    // Nothing that was saved when the task was about to be stopped was simulated again.
    private static void WentOn(Results results, Dictionary<string, string> saved)
    {
        Dictionary<string, string> now = results.Ranges;
        Assert.All(saved, range => Assert.Equal(range.Value, now[range.Key]));
        Assert.InRange(results.Rollouts.Single(), 1, RolloutsOf(now) - RolloutsOf(saved));
    }

    private static double RolloutsOf(Dictionary<string, string> ranges) => RolloutsPerReplicate * ranges.Keys.Sum(range =>
    {
        long[] ends = [.. Path.GetFileName(range).Split('-').Select(end => long.Parse(end, CultureInfo.InvariantCulture))];
        return ends[1] - ends[0];
    });

    private Results ResultsOf(string shard) => new(_workspace.PathOf("results", "long-shards", shard));

    // The ids of the array and of the combining job. The tasks find a grpomc on their PATH that first does what a test wants.
    private (string Array, string Combine) Submit(int shards, string first)
    {
        _workspace.Write("long.json", Experiment);
        string exec = string.Join(' ', Grpomc.Command.Select(part => $"'{part}'"));
        string tool = _workspace.Write("bin/grpomc", $"#!/bin/sh\n{first}\nexec {exec} \"$@\"\n");
        cluster.Run("chmod", "+x", tool);
        string path = $"{_workspace.PathOf("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        string said = cluster.Run(
            "env", "-C", _workspace.Folder, $"PATH={path}", Repository.PathOf("experiments/slurm/submit.sh"), "long.json", $"{shards}");
        Match ids = Submitted().Match(said);
        Assert.True(ids.Success, said);
        return (ids.Groups[1].Value, ids.Groups[2].Value);
    }

    // What became of a task, for when a test fails.
    private string Story(string task) =>
        $"{task}: {EndOf(task)}, {FieldOf(task, "Restarts")} restarts\n{File.ReadAllText(_workspace.PathOf($"slurm-{task}.out"))}";

    // How a job ends, and with which exit code and signal.
    private string EndOf(string job)
    {
        WaitUntil(() => StateOf(job) is not ("PENDING" or "RUNNING" or "COMPLETING"), $"job {job} ended");
        return $"{StateOf(job)} {FieldOf(job, "ExitCode")}";
    }

    private string StateOf(string job) => FieldOf(job, "JobState");

    private string FieldOf(string job, string name)
    {
        string shown = cluster.Run("scontrol", "--oneliner", "show", "job", job);
        return shown.Split(' ').First(field => field.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];
    }

    /// <summary>Slurm on this machine alone (tests/slurm/one-node.sh), from the first test that needs it to the last.</summary>
    public sealed class Cluster : IDisposable
    {
        private readonly Workspace _workspace = new();
        private Process? _node;

        private string Configuration => _workspace.PathOf("slurm.conf");

        /// <summary>Starts it, unless it runs; skips the test where it is not installed, unless it has to be.</summary>
        public void Require()
        {
            string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            string[] needed = ["munged", "slurmctld", "slurmd", "sbatch"];
            string[] missing = [.. needed.Where(name => !folders.Any(folder => File.Exists(Path.Combine(folder, name))))];
            string? lack = missing.Length > 0 ? $"{string.Join(", ", missing)} not on the PATH: install slurmctld, slurmd, slurm-client and munge"
                : !Environment.IsPrivilegedProcess ? "Slurm needs root here"
                : null;
            if (Environment.GetEnvironmentVariable("GRPOMC_REQUIRE_SLURM") == "1")
            {
                Assert.True(lack is null, lack);
            }

            Assert.SkipUnless(lack is null, lack ?? "");
            if (_node is null)
            {
                _node = Process.Start(new ProcessStartInfo(Repository.PathOf("tests/slurm/one-node.sh"), [_workspace.Folder])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                })!;
                Assert.Equal("ready", _node.StandardOutput.ReadLine());
            }
        }

        /// <summary>What a command says on the cluster, which must succeed.</summary>
        public string Run(string command, params string[] arguments)
        {
            ProcessStartInfo start = new(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["SLURM_CONF"] = Configuration;
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            string said = $"{output}{errors.GetAwaiter().GetResult()}";
            Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{said}");
            return output;
        }

        public void Dispose()
        {
            if (_node is not null)
            {
                _node.StandardInput.Close();
                Assert.True(_node.WaitForExit(Grpomc.Patience), "Slurm does not stop");
                _node.Dispose();
                WaitUntil(() => !Directory.GetDirectories("/proc").Any(IsOfCluster), "no process of Slurm was left");
            }

            _workspace.Dispose();
        }

        // Everything there was started with its configuration.
        private bool IsOfCluster(string process)
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "environ")).Contains(Configuration, StringComparison.Ordinal);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }
}
