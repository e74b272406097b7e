namespace GrpoMonteCarlo.Worker.Verification;

/// <summary>What a verification found: what was looked at, and what is off. Any thread may add to it.</summary>
internal sealed class Findings
{
    private readonly List<string> _checked = [];
    private readonly List<string> _wrong = [];
    private readonly Lock _gate = new();

    /// <summary>What was looked at and is as it should be, a line each.</summary>
    public IReadOnlyList<string> Checked => _checked;

    /// <summary>What is off, a line each: the file, the place, and the reason.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    public void AddWrong(string what)
    {
        lock (_gate)
        {
            if (!_wrong.Contains(what))
            {
                _wrong.Add(what); // once, whichever check came upon it
            }
        }
    }

    /// <summary>Notes what was looked at, if that brought up nothing.</summary>
    /// <param name="wrongBefore">How much was off before it was looked at.</param>
    /// <param name="what">What was looked at.</param>
    public void AddChecked(int wrongBefore, string what)
    {
        if (_wrong.Count == wrongBefore)
        {
            _checked.Add(what);
        }
    }
}
