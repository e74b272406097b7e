using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>A piece of a cell being simulated: what of it is finished but not on disk yet. Where not said otherwise, touched by the thread that saves only.</summary>
/// <param name="index">The cell's number in the plan.</param>
/// <param name="problem">The cell.</param>
/// <param name="segments">The pieces of the cell's replicates after each of which it may be done.</param>
internal sealed class CellWork(int index, CellProblem problem, Queue<ReplicateRange> segments)
{
    private readonly List<RangeResult> _unsaved = [];
    private int _rangesLeft;
    private bool _allQueued;
    private long _spentTicks;

    public int Index { get; } = index;

    public CellProblem Problem { get; } = problem;

    /// <summary>What is left of the cell, the piece being simulated first. Touched by the thread that plans only.</summary>
    public Queue<ReplicateRange> Segments { get; } = segments;

    /// <summary>Whether all that was queued of the piece is simulated.</summary>
    public bool Finished => _allQueued && _rangesLeft == 0;

    /// <summary>How long workers simulated the cell in this process. Read by any thread.</summary>
    public TimeSpan Spent => TimeSpan.FromTicks(Volatile.Read(ref _spentTicks));

    /// <summary>Rows of trajectories that wait in memory.</summary>
    public long UnsavedRows => _unsaved.Sum(result => (long)(result.Trajectories?.Rows ?? 0));

    /// <summary>Takes a finished range; ranges that touch become one.</summary>
    public void Add(RangeResult result, TimeSpan took)
    {
        _rangesLeft--;
        Volatile.Write(ref _spentTicks, _spentTicks + took.Ticks);
        int at = _unsaved.FindIndex(other => other.Sums.First > result.Sums.First);
        at = at < 0 ? _unsaved.Count : at;
        _unsaved.Insert(at, result);
        MergeWithNext(at);
        MergeWithNext(at - 1);
    }

    /// <summary>Takes the number of ranges that make up the piece, once all are queued.</summary>
    public void AddQueued(int ranges)
    {
        _rangesLeft += ranges;
        _allQueued = true;
    }

    public void Save(RangeStore ranges)
    {
        foreach (RangeResult result in _unsaved)
        {
            ranges.Save(Problem.Cell, result);
        }

        _unsaved.Clear();
    }

    /// <summary>Begins the next piece.</summary>
    public void BeginNext() => _allQueued = false;

    private void MergeWithNext(int i)
    {
        if (i >= 0 && i + 1 < _unsaved.Count && _unsaved[i].Sums.Last == _unsaved[i + 1].Sums.First)
        {
            _unsaved[i].Append(_unsaved[i + 1]);
            _unsaved.RemoveAt(i + 1);
        }
    }
}
