using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>A cell being simulated: what of it is finished but not on disk yet. Touched by one thread only.</summary>
internal sealed class CellWork(CellProblem problem, long replicatesLeft)
{
    private readonly List<RangeResult> _unsaved = [];

    public CellProblem Problem { get; } = problem;

    public bool Finished => replicatesLeft == 0;

    /// <summary>Rows of trajectories that wait in memory.</summary>
    public long UnsavedRows => _unsaved.Sum(result => (long)(result.Trajectories?.Rows ?? 0));

    /// <summary>Takes a finished range; ranges that touch become one.</summary>
    public void Add(RangeResult result)
    {
        replicatesLeft -= result.Sums.Replicates;
        int at = _unsaved.FindIndex(other => other.Sums.First > result.Sums.First);
        at = at < 0 ? _unsaved.Count : at;
        _unsaved.Insert(at, result);
        MergeWithNext(at);
        MergeWithNext(at - 1);
    }

    public void Save(RunFolder folder)
    {
        foreach (RangeResult result in _unsaved)
        {
            folder.Save(Problem.Cell, result);
        }

        _unsaved.Clear();
    }

    private void MergeWithNext(int i)
    {
        if (i >= 0 && i + 1 < _unsaved.Count && _unsaved[i].Sums.Last == _unsaved[i + 1].Sums.First)
        {
            _unsaved[i].Append(_unsaved[i + 1]);
            _unsaved.RemoveAt(i + 1);
        }
    }
}
