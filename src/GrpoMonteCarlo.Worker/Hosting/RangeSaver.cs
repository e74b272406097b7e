using System.Threading.Channels;
using GrpoMonteCarlo.Worker.Progress;
using GrpoMonteCarlo.Worker.State;
using Microsoft.Extensions.Logging;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>Takes finished ranges and saves them every few seconds.</summary>
/// <param name="store">Where they go.</param>
/// <param name="progress">Is told of what is simulated and saved.</param>
/// <param name="outcomes">The finished ranges.</param>
/// <param name="checkpoints">Takes the cells whose piece is simulated and saved; null where such a cell is done.</param>
/// <param name="finish">Is told of a cell that is done.</param>
/// <param name="logger">Takes a line for each save.</param>
internal sealed partial class RangeSaver(
    RangeStore store,
    RunProgress progress,
    ChannelReader<Outcome> outcomes,
    ChannelWriter<CellWork>? checkpoints,
    Action<CellWork> finish,
    ILogger logger)
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    // Saving takes no more than a fiftieth of the time, however slow the disk is.
    private const int SaveShare = 50;

    private const int MostRowsUnsaved = 1 << 17;
    private const int MostCellsUnsaved = 256;

    /// <summary>Until there are no more.</summary>
    public async Task RunAsync()
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
            bool atCheckpoint = checkpoints is not null && unsaved.Any(work => work.Finished);
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
            if (work.Finished && checkpoints is null)
            {
                finish(work);
            }
            else if (work.Finished)
            {
                work.BeginNext();
                checkpoints!.TryWrite(work);
            }
        }

        unsaved.Clear();
        return took;
    }

    [LoggerMessage(11, LogLevel.Debug, "saved ranges of {Cells} cells in {Milliseconds:F1} ms")]
    private static partial void LogSaved(ILogger logger, int cells, double milliseconds);
}
