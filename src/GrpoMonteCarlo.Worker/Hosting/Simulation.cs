using System.Threading.Channels;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Progress;
using GrpoMonteCarlo.Worker.State;
using Microsoft.Extensions.Logging;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>
/// Simulates what is missing of a workload in a folder: ranges of replicates go to the workers over a bounded channel, and finished
/// ranges to the folder every few seconds. A cell with a target for its precision comes back to the planning thread after each checkpoint.
/// When it is cancelled, ranges in flight are finished and saved.
/// </summary>
internal sealed partial class Simulation(Workload workload, RangeStore store, int workers, RunProgress progress, ILogger logger)
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    // Saving takes no more than a fiftieth of the time, however slow the disk is.
    private const int SaveShare = 50;

    // A range in flight is finished when the run is stopped, but one that takes longer than this is given up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private const int MostRowsUnsaved = 1 << 17;
    private const int MostCellsUnsaved = 256;

    private readonly Experiment _experiment = workload.Plan.Experiment;

    // Cells that have come to a checkpoint.
    private readonly Channel<CellWork> _checkpoints = Channel.CreateUnbounded<CellWork>();

    /// <summary>A range to simulate.</summary>
    private readonly record struct Job(CellWork Work, long First, int Count);

    /// <summary>A simulated range; or, without one, the number of ranges that were queued of a cell's piece.</summary>
    private readonly record struct Outcome(CellWork Work, RangeResult? Result, TimeSpan Took, int Queued);

    /// <exception cref="OperationCanceledException">It was cancelled; what was finished is saved.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(2 * workers) { SingleWriter = true });
        var outcomes = Channel.CreateBounded<Outcome>(new BoundedChannelOptions(2 * workers) { SingleReader = true });

        // A worker that fails stops the others; its exception comes out of WhenAll below.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var giveUp = new CancellationTokenSource();
        using CancellationTokenRegistration grace = stop.Token.Register(() => giveUp.CancelAfter(Grace));
        Task planning = Task.Run(() => PlanAsync(jobs.Writer, outcomes.Writer, stop), CancellationToken.None);
        Task simulating = Task.WhenAll(Enumerable.Range(0, workers)
            .Select(_ => Task.Run(() => SimulateAsync(jobs.Reader, outcomes.Writer, stop, giveUp.Token), CancellationToken.None)));
        Task closing = simulating.ContinueWith(
            _ => outcomes.Writer.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        try
        {
            await SaveAsync(outcomes.Reader);
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

    private async Task PlanAsync(ChannelWriter<Job> jobs, ChannelWriter<Outcome> outcomes, CancellationTokenSource stop)
    {
        try
        {
            int open = 0;
            for (int i = 0; i < workload.Plan.Cells.Count; i++)
            {
                stop.Token.ThrowIfCancellationRequested();
                while (_checkpoints.Reader.TryRead(out CellWork? waiting))
                {
                    open -= !EndsHere(waiting) && await GoOnAsync(waiting, jobs, outcomes, stop.Token) ? 0 : 1;
                }

                open += await BeginAsync(i, jobs, outcomes, stop.Token) && _experiment.Stop is not null ? 1 : 0;
            }

            while (open > 0)
            {
                CellWork waiting = await _checkpoints.Reader.ReadAsync(stop.Token);
                open -= !EndsHere(waiting) && await GoOnAsync(waiting, jobs, outcomes, stop.Token) ? 0 : 1;
            }
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

    // Whether anything of the cell is to be simulated.
    private async Task<bool> BeginAsync(int index, ChannelWriter<Job> jobs, ChannelWriter<Outcome> outcomes, CancellationToken stop)
    {
        Cell cell = workload.Plan.Cells[index];
        var segments = new Queue<ReplicateRange>(workload.SegmentsOf(index));
        if (segments.Count == 0)
        {
            progress.CellDone(null);
            return false;
        }

        if (segments.Count == 1 && !StoredRange.Missing(store.RangesOf(cell, segments.Peek()), segments.Peek()).Any())
        {
            progress.Begun(cell, true, segments.Peek().Count, 0); // nothing to make ready
            progress.CellDone(null);
            return false;
        }

        return await GoOnAsync(new CellWork(index, workload.Plan.ProblemOf(cell), segments), jobs, outcomes, stop);
    }

    // Goes from checkpoint to checkpoint until something is to be simulated; whether there is.
    private async Task<bool> GoOnAsync(CellWork work, ChannelWriter<Job> jobs, ChannelWriter<Outcome> outcomes, CancellationToken stop)
    {
        Cell cell = work.Problem.Cell;
        do
        {
            ReplicateRange segment = work.Segments.Peek();
            ReplicateRange[] missing = [.. StoredRange.Missing(store.RangesOf(cell, segment), segment)];
            progress.Begun(cell, segment.First == workload.PartOf(work.Index).First, segment.Count, missing.Sum(range => range.Count));
            if (missing.Length > 0)
            {
                await QueueAsync(work, missing, jobs, outcomes, stop);
                return true;
            }
        }
        while (!EndsHere(work));
        return false;
    }

    // Whether a cell that has come to a checkpoint is done; if not, its next piece is to be simulated.
    private bool EndsHere(CellWork work)
    {
        if (work.Segments.Count == 1 || IsTimeUp(work) || IsPrecise(work))
        {
            Finish(work);
            return true;
        }

        work.Segments.Dequeue();
        return false;
    }

    private async Task QueueAsync(
        CellWork work, ReplicateRange[] missing, ChannelWriter<Job> jobs, ChannelWriter<Outcome> outcomes, CancellationToken stop)
    {
        int most = SimulationCost.ReplicatesPerRange(work.Problem.Cell, _experiment);
        int queued = 0;
        foreach ((long first, long last) in missing)
        {
            for (long next = first; next < last && !(queued > 0 && IsTimeUp(work)); next += most)
            {
                await jobs.WriteAsync(new Job(work, next, (int)Math.Min(most, last - next)), stop);
                queued++;
            }
        }

        await outcomes.WriteAsync(new Outcome(work, null, TimeSpan.Zero, queued), stop);
    }

    private bool IsTimeUp(CellWork work) => _experiment.Stop?.TimeLimit is { } seconds && work.Spent.TotalSeconds >= seconds;

    private bool IsPrecise(CellWork work)
    {
        RangeSums sums = store.SumsOf(work.Problem.Cell, new ReplicateRange(0, work.Segments.Peek().Last));
        return _experiment.Stop!.IsReached(CellSummary.Of(work.Problem.Cell, work.Problem.Theory, sums, _experiment.Iterations));
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

    private async Task SaveAsync(ChannelReader<Outcome> outcomes)
    {
        var unsaved = new HashSet<CellWork>();
        TimeSpan interval = SaveInterval;
        long savedAt = TimeProvider.System.GetTimestamp();
        Task<bool> waiting = outcomes.WaitToReadAsync().AsTask();
        while (true)
        {
            TimeSpan left = interval - TimeProvider.System.GetElapsedTime(savedAt);
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

                while (outcomes.TryRead(out Outcome outcome))
                {
                    Take(outcome);
                    unsaved.Add(outcome.Work);
                }

                waiting = outcomes.WaitToReadAsync().AsTask();
            }

            // A cell at a checkpoint is waited for.
            bool atCheckpoint = _experiment.Stop is not null && unsaved.Any(work => work.Finished);
            if (due || atCheckpoint || unsaved.Count > MostCellsUnsaved || unsaved.Sum(work => work.UnsavedRows) > MostRowsUnsaved)
            {
                TimeSpan took = Save(unsaved);
                interval = took * SaveShare > SaveInterval ? took * SaveShare : SaveInterval;
                savedAt = TimeProvider.System.GetTimestamp();
            }
        }

        Save(unsaved);
    }

    private void Take(Outcome outcome)
    {
        if (outcome.Result is { } result)
        {
            progress.Simulated(outcome.Work.Problem.Cell, result.Sums);
            outcome.Work.Add(result, outcome.Took);
        }
        else
        {
            outcome.Work.AddQueued(outcome.Queued);
        }
    }

    private TimeSpan Save(HashSet<CellWork> unsaved)
    {
        if (unsaved.Count == 0)
        {
            return TimeSpan.Zero;
        }

        long started = TimeProvider.System.GetTimestamp();
        foreach (CellWork work in unsaved)
        {
            work.Save(store);
        }

        store.Flush();
        TimeSpan took = TimeProvider.System.GetElapsedTime(started);
        progress.Saved(took);
        LogSaved(logger, unsaved.Count, took.TotalMilliseconds);
        foreach (CellWork work in unsaved)
        {
            if (work.Finished && _experiment.Stop is null)
            {
                Finish(work);
            }
            else if (work.Finished)
            {
                work.BeginNext();
                _checkpoints.Writer.TryWrite(work);
            }
        }

        unsaved.Clear();
        return took;
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

    [LoggerMessage(11, LogLevel.Debug, "saved ranges of {Cells} cells in {Milliseconds:F1} ms")]
    private static partial void LogSaved(ILogger logger, int cells, double milliseconds);

    [LoggerMessage(12, LogLevel.Debug, "cell {Cell} ({CellId}) done after {Seconds:F3} s of simulation, largest |step_z| {LargestStepZ:F2}")]
    private static partial void LogCellDone(ILogger logger, int cell, string cellId, double seconds, double? largestStepZ);
}
