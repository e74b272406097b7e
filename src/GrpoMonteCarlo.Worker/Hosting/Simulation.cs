using System.Threading.Channels;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Progress;
using GrpoMonteCarlo.Worker.State;
using Microsoft.Extensions.Logging;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>
/// Simulates what is missing of a workload in a folder: one thread plans, ranges of replicates go to the workers over a bounded channel, and
/// another thread saves what they have finished. When it is cancelled, ranges in flight are finished and saved.
/// </summary>
internal sealed partial class Simulation(Workload workload, RangeStore store, int workers, RunProgress progress, ILogger logger)
{
    // A range in flight is finished when the run is stopped, but one that takes longer than this is given up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <exception cref="OperationCanceledException">It was cancelled; what was finished is saved.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(2 * workers) { SingleWriter = true });
        var outcomes = Channel.CreateBounded<Outcome>(new BoundedChannelOptions(2 * workers) { SingleReader = true });
        var checkpoints = Channel.CreateUnbounded<CellWork>();

        // A worker that fails stops the others; its exception comes out of WhenAll below.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var giveUp = new CancellationTokenSource();
        using CancellationTokenRegistration grace = stop.Token.Register(() => giveUp.CancelAfter(Grace));
        var planner = new JobPlanner(workload, store, progress, jobs.Writer, outcomes.Writer, checkpoints.Reader, Finish);
        var saver = new RangeSaver(store, progress, outcomes.Reader, workload.Plan.Experiment.Stop is null ? null : checkpoints.Writer, Finish, logger);
        Task planning = Task.Run(() => PlanAsync(planner, jobs.Writer, stop), CancellationToken.None);
        Task simulating = Task.WhenAll(Enumerable.Range(0, workers)
            .Select(_ => Task.Run(() => SimulateAsync(jobs.Reader, outcomes.Writer, stop, giveUp.Token), CancellationToken.None)));
        Task closing = simulating.ContinueWith(
            _ => outcomes.Writer.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        try
        {
            await saver.RunAsync();
        }
        catch
        {
            // The folder cannot be written: nobody takes results any more.
            await stop.CancelAsync();
            outcomes.Writer.TryComplete();
            await Task.WhenAll(planning, simulating, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await Task.WhenAll(planning, simulating, closing);
        cancellation.ThrowIfCancellationRequested();
    }

    private static async Task PlanAsync(JobPlanner planner, ChannelWriter<Job> jobs, CancellationTokenSource stop)
    {
        try
        {
            await planner.RunAsync(stop.Token);
        }
        catch (Exception over) when (over is OperationCanceledException or ChannelClosedException)
        {
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            jobs.Complete();
        }
    }

    private static async Task SimulateAsync(ChannelReader<Job> jobs, ChannelWriter<Outcome> outcomes, CancellationTokenSource stop, CancellationToken giveUp)
    {
        try
        {
            var simulator = new CellSimulator();
            await foreach ((CellWork work, long first, int count) in jobs.ReadAllAsync(CancellationToken.None))
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                long started = TimeProvider.System.GetTimestamp();
                RangeResult result = simulator.Simulate(work.Problem, first, count, giveUp);
                await outcomes.WriteAsync(new Outcome(work, result, TimeProvider.System.GetElapsedTime(started), 0), CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (ChannelClosedException)
        {
            // Nobody takes results any more: the folder cannot be written, and that is reported there.
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private void Finish(CellWork work)
    {
        double? z = LargestStepZ(work);
        progress.CellDone(z);
        LogCellDone(logger, work.Index, work.Problem.Cell.Id, work.Spent.TotalSeconds, z);
    }

    private double? LargestStepZ(CellWork work)
    {
        CellProblem problem = work.Problem;
        RangeSums sums = store.SumsOf(problem.Cell, workload.PartOf(work.Index));
        return Enumerable.Range(0, problem.Iterations + 1)
            .Max(n => Math.Abs(CellSummary.Of(problem.Cell, problem.Theory, sums, n).StepZ ?? double.NaN)) is var z && double.IsNaN(z) ? null : z;
    }

    [LoggerMessage(12, LogLevel.Debug, "cell {Cell} ({CellId}) done after {Seconds:F3} s of simulation, largest |step_z| {LargestStepZ:F2}")]
    private static partial void LogCellDone(ILogger logger, int cell, string cellId, double seconds, double? largestStepZ);
}
