using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.Progress;
using GrpoMonteCarlo.Worker.State;
using GrpoMonteCarlo.Worker.Terminal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>
/// One run, as a hosted service: simulate what is missing, write the datasets, print the table, stop the host. A background service
/// that throws would stop the host with exit code 0, so whatever goes wrong is caught here and becomes the exit code.
/// </summary>
internal sealed partial class RunService(
    Plan plan,
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
        var progress = new RunProgress(plan);
        var simulation = new Simulation(plan, folder, options.Workers, progress);
        Task running = simulation.RunAsync(stopping);
        if (options.ShowProgress)
        {
            await ProgressDisplay.ShowAsync(progress, running);
        }

        await running;
        TimeSpan simulating = progress.Elapsed;

        RunDatasets datasets = RunDatasets.Write(plan, folder, options.Workers, stopping);
        Manifest.Write(plan, folder, datasets, new RunRecord(started, simulating, progress.Elapsed, options.Workers, progress.RolloutsSimulated));
        ResultTable.Write(datasets, folder.Path, Console.Out);
        outcome.Set(datasets.Certificate.Passed ? ExitCode.Done : ExitCode.CheckFailed);
    }

    [LoggerMessage(LogLevel.Warning, "stopped; what is finished is saved in {Folder}, and the same command goes on from there")]
    private static partial void LogStopped(ILogger logger, string folder);

    [LoggerMessage(LogLevel.Error, "{Reason}")]
    private static partial void LogFault(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Critical, "a fault of the program; please report it")]
    private static partial void LogBug(ILogger logger, Exception fault);
}
