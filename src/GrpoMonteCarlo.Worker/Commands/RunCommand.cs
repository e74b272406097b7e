using System.CommandLine;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Hosting;
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
        var fresh = new Option<bool>("--fresh") { Description = "Delete an earlier run in the folder and begin again." };
        var noProgress = new Option<bool>("--no-progress") { Description = "No progress on standard error." };

        var command = new Command("run", "Run an experiment. Running it again finishes what is missing and repeats nothing.")
        {
            file, output, workers, fresh, noProgress,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(file);
            Plan plan = ReadPlan(path);
            _ = CellSimulator.InstructionSetName; // refuses a GRPOMC_ISA that cannot be had, before anything is written
            string folder = parsed.GetValue(output) ?? Path.Combine("results", plan.Experiment.Name);
            using RunFolder runFolder = RunFolder.Open(folder, plan, parsed.GetValue(fresh), Console.Error.WriteLine);
            return await HostAsync(plan, runFolder, new RunOptions(parsed.GetValue(workers) ?? Environment.ProcessorCount, !parsed.GetValue(noProgress)));
        });
        return command;
    }

    internal static Plan ReadPlan(string path)
    {
        byte[] json = InputFile.ReadSmall(path, InputFile.ExperimentMegabytes);
        try
        {
            return Plan.Of(ExperimentReader.Read(json));
        }
        catch (ExperimentException wrong)
        {
            throw new BadInputException($"{path}: {wrong.Message}");
        }
    }

    private static async Task<int> HostAsync(Plan plan, RunFolder folder, RunOptions options)
    {
        // No configuration from files or the environment: a run depends on its experiment file and command line.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging
            .AddSimpleConsole(format => (format.ColorBehavior, format.SingleLine) = (LoggerColorBehavior.Disabled, true))
            .AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan); // ranges in flight are finished
        var outcome = new RunOutcome();
        builder.Services
            .AddSingleton(plan)
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
