using System.Threading.Channels;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Progress;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>
/// Finds what of a workload is missing and queues it, cell by cell. A cell with a target for its precision comes back after each checkpoint.
/// </summary>
/// <param name="workload">The workload.</param>
/// <param name="store">Its finished ranges.</param>
/// <param name="progress">Is told of what is begun.</param>
/// <param name="jobs">Takes the ranges to simulate.</param>
/// <param name="outcomes">Takes how many ranges were queued of a cell's piece.</param>
/// <param name="checkpoints">The cells that have come to a checkpoint.</param>
/// <param name="finish">Is told of a cell that is done.</param>
internal sealed class JobPlanner(
    Workload workload,
    RangeStore store,
    RunProgress progress,
    ChannelWriter<Job> jobs,
    ChannelWriter<Outcome> outcomes,
    ChannelReader<CellWork> checkpoints,
    Action<CellWork> finish)
{
    private readonly Experiment _experiment = workload.Plan.Experiment;

    /// <summary>Queues all there is to do, and waits for the cells at checkpoints.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        int open = 0;
        for (int i = 0; i < workload.Plan.Cells.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            while (checkpoints.TryRead(out CellWork? waiting))
            {
                open -= !EndsHere(waiting) && await GoOnAsync(waiting, stop) ? 0 : 1;
            }

            open += await BeginAsync(i, stop) && _experiment.Stop is not null ? 1 : 0;
        }

        while (open > 0)
        {
            CellWork waiting = await checkpoints.ReadAsync(stop);
            open -= !EndsHere(waiting) && await GoOnAsync(waiting, stop) ? 0 : 1;
        }
    }

    // Whether anything of the cell is to be simulated.
    private async Task<bool> BeginAsync(int index, CancellationToken stop)
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

        return await GoOnAsync(new CellWork(index, workload.Plan.ProblemOf(cell), segments), stop);
    }

    // Goes from checkpoint to checkpoint until something is to be simulated; whether there is.
    private async Task<bool> GoOnAsync(CellWork work, CancellationToken stop)
    {
        Cell cell = work.Problem.Cell;
        do
        {
            ReplicateRange segment = work.Segments.Peek();
            ReplicateRange[] missing = [.. StoredRange.Missing(store.RangesOf(cell, segment), segment)];
            progress.Begun(cell, segment.First == workload.PartOf(work.Index).First, segment.Count, missing.Sum(range => range.Count));
            if (missing.Length > 0)
            {
                await QueueAsync(work, missing, stop);
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
            finish(work);
            return true;
        }

        work.Segments.Dequeue();
        return false;
    }

    private async Task QueueAsync(CellWork work, ReplicateRange[] missing, CancellationToken stop)
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
}
