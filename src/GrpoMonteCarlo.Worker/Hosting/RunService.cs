using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.Progress;
using GrpoMonteCarlo.Worker.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>
/// One run, as a hosted service: simulate what is missing, write what comes of it, stop the host. A background service
/// that throws would stop the host with exit code 0, so whatever goes wrong is caught here and becomes the exit code.
/// </summary>
internal sealed partial class RunService(
    Workload workload,
    RunFolder folder,
    RunOptions options,
    RunOutcome outcome,
    IHostApplicationLifetime application,
    ILogger<RunService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Off the thread that starts the host: what follows computes before it first waits.
            await Task.Run(() => RunAsync(stoppingToken), CancellationToken.None);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(logger, folder.Path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogFault(logger, folder.Explain(fault));
            outcome.Set(ExitCode.Fault);
        }
        catch (Exception fault)
        {
            LogBug(logger, fault);
            outcome.Set(ExitCode.Fault);
        }
        finally
        {
            application.StopApplication();
        }
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        // The clock on the wall says when, and nothing else: it may jump.
        DateTimeOffset started = TimeProvider.System.GetUtcNow();
        long began = TimeProvider.System.GetTimestamp();
        var progress = new RunProgress(workload);
        var simulation = new Simulation(workload, folder.Ranges, options.Workers, progress, logger);
        LogStarted(
            logger,
            workload.Plan.Experiment.Name,
            workload.Shard.ToString(),
            workload.Plan.Cells.Count,
            progress.Rollouts,
            options.Workers,
            CellSimulator.InstructionSetName);
        Task running = simulation.RunAsync(stopping);
        if (options.ShowProgress)
        {
            await ProgressDisplay.ShowAsync(progress, running);
        }

        await running;
        TimeSpan simulating = progress.Elapsed;
        LogSimulated(logger, progress.RolloutsSimulated, simulating.TotalSeconds, progress.Saving.TotalSeconds);
        IEnumerable<JsonNode?> Runs() =>
        [
            .. Manifest.RunsOf(folder.Path, workload.Plan),
            new RunRecord(
                started,
                simulating,
                progress.Saving,
                TimeProvider.System.GetElapsedTime(began),
                options.Workers,
                progress.RolloutsSimulated).ToJson(),
        ];

        if (workload.Shard == Shard.Whole)
        {
            outcome.Conclude(RunConclusion.Write(workload.Plan, folder, Runs, options.Workers, options.Report, stopping));
        }
        else
        {
            Manifest.WriteOfShard(workload, folder, Runs());
            Console.Out.Write(
                $"shard {workload.Shard} of {workload.Plan.Experiment.Name}: done, in {folder.Path}; grpomc combine makes one run of all shards\n");
            outcome.Conclude(ExitCode.Done);
        }
    }

    [LoggerMessage(
        1, LogLevel.Information, "{Experiment}, shard {Shard}: {Cells} cells, {Rollouts:E2} rollouts, {Workers} workers, {InstructionSet}")]
    private static partial void LogStarted(
        ILogger logger, string experiment, string shard, int cells, double rollouts, int workers, string instructionSet);

    [LoggerMessage(2, LogLevel.Information, "simulated {Rollouts:E2} rollouts in {Seconds:F3} s, {SavingSeconds:F3} s of saving beside it")]
    private static partial void LogSimulated(ILogger logger, double rollouts, double seconds, double savingSeconds);

    [LoggerMessage(3, LogLevel.Warning, "stopped; what is finished is saved in {Folder}, and the same command goes on from there")]
    private static partial void LogStopped(ILogger logger, string folder);

    [LoggerMessage(4, LogLevel.Error, "{Reason}")]
    private static partial void LogFault(ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Critical, "a fault of the program; please report it")]
    private static partial void LogBug(ILogger logger, Exception fault);
}
