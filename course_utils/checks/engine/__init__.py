"""What every check is made of, in the order in which a check uses it.

- `arguments`: what may be handed to an answer, and refuses the rest as a fault of the check;
- `boundary`: calls a student's object with plain values and reads plain values back;
- `quiet`: keeps what it writes to stderr away meanwhile;
- `compare`: compares them with expected values and says where they differ;
- `evidence`: what speaks for and against each misconception;
- `calls`: the calls that were made, and the text of a cell that makes one of them again;
- `exceptions`: what an exception says, without what libraries wrap around it;
- `check`: tries properties on their inputs, and names the misconception behind a failure;
- `report`: what the student sees, and the points;
- `stale`: notes when a cell that defines an answer failed, so that an older answer is judged;
- `probes`, `counts`, `traces`: named measurements that are made where the object lives.
"""
