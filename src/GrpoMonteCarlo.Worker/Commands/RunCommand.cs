using System.CommandLine;
using System.CommandLine.Parsing;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Hosting;
using GrpoMonteCarlo.Worker.Reports;
using GrpoMonteCarlo.Worker.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>
/// <c>grpomc run FILE</c>: from an experiment file to its datasets. What is wrong with the input is found before anything is written;
/// then a host takes over.
/// </summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "An experiment file (see grpomc schema)." };
        var output = new Option<string?>("--out") { Description = "Folder of the results; results/NAME unless given.", HelpName = "DIR" };
        Option<int?> workers = NumericOption.Whole(
            "--workers", "N", "Threads that simulate; one for each processor unless given. The datasets do not depend on it.", 1, 1024);
        output.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string?>()))
            {
                result.AddError("--out: must name a folder");
            }
        });
        var shard = new Option<string?>("--shard")
        {
            Description = "Only part I of N, for combine to put together; its results go to results/NAME-shard-I-of-N. auto: of a Slurm array's task.",
            HelpName = "I/N",
        };
        var fresh = new Option<bool>("--fresh") { Description = "Delete an earlier run in the folder and begin again." };
        var noProgress = new Option<bool>("--no-progress") { Description = "No progress on standard error." };
        var noReport = new Option<bool>("--no-report") { Description = "No report at the end; one that is there from an earlier run is deleted." };
        var logLevel = new Option<LogLevel>("--log-level")
        {
            Description = "What is logged on standard error beside progress: trace, debug, information, warning, error, critical or none.",
            HelpName = "LEVEL",
            DefaultValueFactory = _ => LogLevel.Warning,
            CustomParser = result => Enum.GetNames<LogLevel>().FirstOrDefault(name => name.Equals(result.Tokens[0].Value, StringComparison.OrdinalIgnoreCase)) is { } level
                ? Enum.Parse<LogLevel>(level)
                : Refuse(result, result.Tokens[0].Value),
        };
        var set = new Option<string[]>("--set")
        {
            Description = "Change the experiment without editing the file; may be given again. What it becomes is what is hashed and stored.",
            HelpName = "PATH=VALUE",
            Arity = ArgumentArity.OneOrMore,
        };

        var command = new ToolCommand(
            "run",
            "Run an experiment, from its file to datasets and a report. Running it again finishes what is missing and repeats nothing.",
            "grpomc run experiments/quickstart.json",
            "grpomc run experiments/group-size.json --out results/mine --set grid.beta=2 --set grid.groupSize=[4,16]",
            "grpomc run experiments/quickstart.json --set replicates=10000 --workers 1 --no-progress --no-report",
            "grpomc run experiments/cycles.json --shard 3/8")
        {
            file, output, workers, shard, set, fresh, noProgress, noReport, logLevel,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(file);
            Plan plan = ReadPlan(path, parsed.GetValue(set) ?? []);
            Shard part = parsed.GetValue(shard) is { } text ? ShardOption.Parse(text) : Shard.Whole;
            _ = CellSimulator.InstructionSetName; // refuses a GRPOMC_ISA that cannot be had, before anything is written
            string name = part == Shard.Whole ? plan.Experiment.Name : $"{plan.Experiment.Name}-shard-{part.Index}-of-{part.Count}";
            string folder = parsed.GetValue(output) ?? Path.Combine("results", name);
            using RunFolder runFolder = RunFolder.Open(folder, plan, part, parsed.GetValue(fresh), Console.Error.WriteLine);
            if (parsed.GetValue(fresh))
            {
                Report.Delete(folder);
            }

            var options = new RunOptions(
                parsed.GetValue(workers) ?? Environment.ProcessorCount, ShowProgress: !parsed.GetValue(noProgress), Report: !parsed.GetValue(noReport));
            return await HostAsync(Workload.Of(plan, part), runFolder, options, parsed.GetValue(logLevel));
        });
        return command;
    }

    private static LogLevel Refuse(ArgumentResult result, string text)
    {
        result.AddError($"--log-level: must be one of {string.Join(", ", Enum.GetNames<LogLevel>()).ToLowerInvariant()}, is {text}");
        return LogLevel.None;
    }

    internal static Plan ReadPlan(string path, params string[] changes)
    {
        byte[] json = InputFile.ReadSmall(path, InputFile.ExperimentMegabytes);
        try
        {
            return Plan.Of(ExperimentReader.Read(json, changes));
        }
        catch (ExperimentException wrong)
        {
            throw new BadInputException($"{path}: {wrong.Message}");
        }
    }

    private static async Task<int> HostAsync(Workload workload, RunFolder folder, RunOptions options, LogLevel logLevel)
    {
        // No configuration from files or the environment: a run depends on its experiment file and command line.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging
            .AddSimpleConsole(format =>
            {
                format.ColorBehavior = LoggerColorBehavior.Disabled;
                format.SingleLine = true;
                format.UseUtcTimestamp = true;
                format.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            })
            .SetMinimumLevel(logLevel)
            .AddFilter("Microsoft", logLevel > LogLevel.Warning ? logLevel : LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan); // ranges in flight are finished
        var outcome = new RunOutcome();
        builder.Services
            .AddSingleton(workload)
            .AddSingleton(folder)
            .AddSingleton(options)
            .AddSingleton(outcome)
            .AddSingleton<IHostLifetime, SignalLifetime>()
            .AddHostedService<RunService>();
        using IHost host = builder.Build();
        await host.RunAsync();
        return outcome.ExitCode;
    }
}
