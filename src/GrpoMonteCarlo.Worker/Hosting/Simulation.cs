using System.Threading.Channels;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Progress;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>
/// Simulates what is missing in a folder: ranges of replicates go to the workers over a bounded channel, and finished ranges to the
/// folder every few seconds. When it is cancelled, ranges in flight are finished and saved.
/// </summary>
internal sealed class Simulation(Plan plan, RunFolder folder, int workers, RunProgress progress)
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    // A range in flight is finished when the run is stopped, but one that takes longer than this is given up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    // A range takes some tens of milliseconds: short enough to stop soon, long enough to make its overhead nothing.
    private const double RolloutsPerRange = 1 << 28;

    // What an update costs beside its sampling, in the time of a rollout.
    private const double CostPerUpdate = 1000;

    // The same of an arm: measured and moved, drawn for a rollout, or drawn for all groups of one K.
    private const double CostPerArm = 250;
    private const double CostPerDrawnArm = 10;
    private const double CostPerPlacedArm = 500;

    private const int MostReplicatesPerRange = 1 << 14;

    // Numbers that make up the policies of a range.
    private const int MostValuesPerRange = 1 << 20;
    private const int MostRowsPerRange = 1 << 15;
    private const int MostRowsUnsaved = 1 << 17;
    private const int MostCellsUnsaved = 256;

    /// <exception cref="OperationCanceledException">It was cancelled; what was finished is saved.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var ranges = Channel.CreateBounded<(CellWork Work, long First, int Count)>(new BoundedChannelOptions(2 * workers) { SingleWriter = true });
        var results = Channel.CreateBounded<(CellWork Work, RangeResult Result)>(new BoundedChannelOptions(2 * workers) { SingleReader = true });

        // A worker that fails stops the others; its exception comes out of WhenAll below.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var giveUp = new CancellationTokenSource();
        using CancellationTokenRegistration grace = stop.Token.Register(() => giveUp.CancelAfter(Grace));
        Task planning = Task.Run(() => PlanRangesAsync(ranges.Writer, stop), CancellationToken.None);
        Task simulating = Task.WhenAll(Enumerable.Range(0, workers)
            .Select(_ => Task.Run(() => SimulateAsync(ranges.Reader, results.Writer, stop, giveUp.Token), CancellationToken.None)));
        Task closing = simulating.ContinueWith(
            _ => results.Writer.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        try
        {
            await SaveAsync(results.Reader);
        }
        catch
        {
            // The folder cannot be written: nobody takes results any more.
            await stop.CancelAsync();
            results.Writer.TryComplete();
            await Task.WhenAll(planning, simulating, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await Task.WhenAll(planning, simulating, closing);
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task PlanRangesAsync(ChannelWriter<(CellWork, long, int)> ranges, CancellationTokenSource stop)
    {
        try
        {
            foreach (Cell cell in plan.Cells)
            {
                stop.Token.ThrowIfCancellationRequested();
                IReadOnlyList<StoredRange> finished = folder.RangesOf(cell);
                long done = finished.Sum(range => range.Last - range.First);
                progress.FoundFinished(cell, done);
                if (done == plan.Experiment.Replicates)
                {
                    progress.CellDone(null);
                    continue;
                }

                var work = new CellWork(plan.ProblemOf(cell), plan.Experiment.Replicates - done);
                int most = ReplicatesPerRange(cell);
                foreach ((long first, long last) in StoredRange.Missing(finished, plan.Experiment.Replicates))
                {
                    for (long next = first; next < last; next += most)
                    {
                        await ranges.WriteAsync((work, next, (int)Math.Min(most, last - next)), stop.Token);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            ranges.Complete();
        }
    }

    private static async Task SimulateAsync(
        ChannelReader<(CellWork Work, long First, int Count)> ranges,
        ChannelWriter<(CellWork, RangeResult)> results,
        CancellationTokenSource stop,
        CancellationToken giveUp)
    {
        try
        {
            var simulator = new CellSimulator();
            await foreach ((CellWork work, long first, int count) in ranges.ReadAllAsync(CancellationToken.None))
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                await results.WriteAsync((work, simulator.Simulate(work.Problem, first, count, giveUp)), CancellationToken.None);
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

    private async Task SaveAsync(ChannelReader<(CellWork Work, RangeResult Result)> results)
    {
        var unsaved = new HashSet<CellWork>();
        long savedAt = TimeProvider.System.GetTimestamp();
        Task<bool> waiting = results.WaitToReadAsync().AsTask();
        while (true)
        {
            TimeSpan left = SaveInterval - TimeProvider.System.GetElapsedTime(savedAt);
            bool due = left <= TimeSpan.Zero;
            if (!due && !waiting.IsCompleted)
            {
                await Task.WhenAny(waiting, Task.Delay(left));
            }

            if (waiting.IsCompleted)
            {
                if (!await waiting)
                {
                    break;
                }

                while (results.TryRead(out (CellWork Work, RangeResult Result) finished))
                {
                    progress.Simulated(finished.Work.Problem.Cell, finished.Result.Sums);
                    finished.Work.Add(finished.Result);
                    unsaved.Add(finished.Work);
                }

                waiting = results.WaitToReadAsync().AsTask();
            }

            if (due || unsaved.Count > MostCellsUnsaved || unsaved.Sum(work => work.UnsavedRows) > MostRowsUnsaved)
            {
                Save(unsaved);
                savedAt = TimeProvider.System.GetTimestamp();
            }
        }

        Save(unsaved);
    }

    private void Save(HashSet<CellWork> unsaved)
    {
        foreach (CellWork work in unsaved)
        {
            work.Save(folder);
        }

        folder.Flush();
        foreach (CellWork work in unsaved.Where(work => work.Finished))
        {
            progress.CellDone(LargestStepZ(work.Problem));
        }

        unsaved.Clear();
    }

    private double? LargestStepZ(CellProblem problem)
    {
        RangeSums sums = folder.LoadSums(problem.Cell)!;
        return Enumerable.Range(0, problem.Iterations + 1)
            .Max(n => Math.Abs(CellSummary.Of(problem.Cell, problem.Theory, sums, n).StepZ ?? double.NaN)) is var z && double.IsNaN(z) ? null : z;
    }

    // Of an update of one prompt, roughly, in the time of a rollout drawn one by one.
    private static double UpdateCost(Cell cell)
    {
        double groups = cell.Sampler switch
        {
            Sampler.Groups => cell.Groups + (50.0 * cell.GroupSize),
            Sampler.Counts => 500.0 * cell.GroupSize,
            _ => cell.RolloutsPerUpdate,
        };
        double arms = !cell.NeedsArms ? 0
            : cell.Sampler == Sampler.Rollouts ? CostPerDrawnArm * cell.RolloutsPerUpdate
            : CostPerPlacedArm * cell.GroupSize * cell.PolicyArms;
        return groups + arms + (CostPerArm * cell.PolicyArms * (1 + (cell.Update.Gradient?.Steps ?? 0)));
    }

    private int ReplicatesPerRange(Cell cell)
    {
        int iterations = plan.Experiment.Iterations;
        double cost = (UpdateCost(cell) + CostPerUpdate) * cell.PromptsPerUpdate * iterations;
        double most = Math.Min(MostReplicatesPerRange, RolloutsPerRange / cost);
        most = Math.Min(most, MostValuesPerRange / ((double)cell.Prompts * cell.PolicyArms * (cell.Lag + 3)));
        if (plan.Experiment.RecordTrajectories)
        {
            most = Math.Min(most, MostRowsPerRange / (iterations + 1.0));
        }

        return Math.Max(1, (int)most);
    }
}
